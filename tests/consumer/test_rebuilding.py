"""A replica is fetched anew from its beginning; who may ask for it, and what is there meanwhile."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.consumer import services as consumer
from apps.consumer.models import Refetch, Subscription
from apps.core.errors import Conflict, NotPermitted
from apps.sensors.models import Observation
from tests.agreements.region import ASKER
from tests.consumer.pair import RAW, Pair, agree, record, streams


def somebody(*roles: str) -> User:
    """A person with these roles on the whole node."""
    user = accounts.create_person(username="-".join(("p", *roles)), password=None)
    for role in roles:
        accounts.assign_role(user=user, role=role)
    return user


def lose_a_minute() -> None:
    """Rows of the replica vanish past every trigger, as after damage to the disk."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Observation.objects.filter(phenomenon_time__minute=7).delete()


def test_a_rebuild_walks_everything_once_more_and_mends_what_was_lost(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(250)})
    agree(pair, [stream], RAW)
    pair.pull()
    with pair.on(ASKER):
        key = Subscription.objects.get().pk
        lose_a_minute()
        assert Observation.objects.count() < 250
        administrator = somebody("administrator")
        consumer.rebuild(subscription_id=key, user=administrator)
        consumer.rebuild(subscription_id=key, user=administrator)
        assert Refetch.objects.filter(done_at=None).count() == 1, "twice is the same as once"
    pair.pull()
    with pair.on(ASKER):
        assert Observation.objects.count() == 250
        assert not Refetch.objects.filter(done_at=None).exists()


def test_only_an_owner_or_administrator_of_the_whole_node_rebuilds(pair: Pair) -> None:
    with pair.on(ASKER), pytest.raises(NotPermitted):
        consumer.rebuild(subscription_id=1, user=somebody("steward"))


def test_what_is_not_held_is_not_rebuilt(pair: Pair) -> None:
    with pair.on(ASKER), pytest.raises(Conflict):
        consumer.rebuild(subscription_id=1, user=somebody("owner"))

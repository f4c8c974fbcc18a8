"""Withdrawal, expiry, retention, renewal: the copy goes, or goes over, and that is proven."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from apps.accounts import services as accounts
from apps.agreements import services as agreements
from apps.agreements.models import Agreement
from apps.catalogue.models import Dataset
from apps.consumer import services as consumer
from apps.consumer.models import Purge, ReplicaStream, Subscription
from apps.consumer.services.purging import files_of
from apps.core import clock
from apps.core.errors import Conflict, PeerUnreachable
from apps.ledger.models import Entry
from apps.peers.models import Peer
from apps.provider import selectors as provider_read
from apps.provider import services as provider
from apps.provider.models import Disclosure, Withdrawal
from apps.sensors.models import Batch, Datastream, Observation, Thing
from tests.agreements.region import ASKER, OWNER
from tests.consumer.pair import RAW, Pair, agree, record, streams, unreachable


def filled(pair: Pair, terms: dict[str, Any] = RAW, minutes: int = 250) -> str:
    """An agreement whose replica is complete."""
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(minutes)})
    uid = agree(pair, [stream], terms)
    pair.pull()
    return uid


def deliver(pair: Pair) -> None:
    """The owner's notices, then the consumer's deletions and receipts, however long they had to wait."""
    later = clock.now() + timedelta(days=5)
    with pair.on(OWNER):
        for pk in provider.due_notices(at=later):
            provider.deliver_notice(withdrawal_id=pk, at=later)
    with pair.on(ASKER):
        consumer.follow_agreements()
        for pk in consumer.due_purges(at=later):
            consumer.purge(purge_id=pk, at=later)


def nothing_is_left(pair: Pair) -> bool:
    """Neither rows nor descriptions nor what batches said of them."""
    with pair.on(ASKER):
        held = [model.objects.count() for model in (Observation, Datastream, Thing, ReplicaStream)]
        return not any(held) and not Batch.objects.exclude(datastream_ids=[]).exists()


def test_a_withdrawal_deletes_the_copy_and_brings_a_verified_receipt(pair: Pair) -> None:
    uid = filled(pair)
    with pair.on(ASKER):
        folder: Path = files_of(Subscription.objects.get())
        folder.mkdir(parents=True)
        (folder / "export.csv").write_text("1")
    provider.withdraw(agreement_uid=uid, user=None, reason="no longer")
    deliver(pair)
    assert nothing_is_left(pair)
    assert not folder.exists()
    (row,) = provider_read.withdrawals()
    assert (row.state, row.rows_before, row.rows_after, row.receipt_verified) == ("confirmed", 250, 0, True)
    assert Entry.objects.filter(kind="receipt-accepted").count() == 1
    with pair.on(ASKER):
        assert Entry.objects.filter(kind="receipt-issued").count() == 1


def test_after_a_withdrawal_the_next_page_is_refused_with_a_signed_notice_that_suffices(pair: Pair) -> None:
    uid = filled(pair)
    provider.withdraw(agreement_uid=uid, user=None)
    given = Disclosure.objects.count()
    pair.pull()
    assert Disclosure.objects.count() == given
    with pair.on(ASKER):
        assert Agreement.objects.get().state == "withdrawn"
        assert Purge.objects.get().state == "due"


def test_a_withdrawal_in_the_middle_of_a_page_waits_for_the_page_or_refuses_it(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {1: 1.0})
    uid = agree(pair, [stream], RAW)
    peer = Peer.objects.get()

    with transaction.atomic():
        provider_read.view_of(peer, uid, at=clock.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
                " WHERE c.relname = 'agreements_agreement' AND l.mode = 'RowShareLock' AND l.pid = pg_backend_pid()"
            )
            assert cursor.fetchone() == (1,)
    provider.withdraw(agreement_uid=uid, user=None)
    pair.pull()
    assert Disclosure.objects.count() == 0
    assert not Entry.objects.filter(kind="page-disclosed").exists()


def test_killed_after_the_deletion_the_same_receipt_is_delivered_later(pair: Pair) -> None:
    uid = filled(pair)
    provider.withdraw(agreement_uid=uid, user=None)

    def no_receipts(method: str, path: str) -> None:
        if path.endswith("/receipts"):
            raise PeerUnreachable("no route")

    pair.gate = no_receipts
    deliver(pair)
    assert nothing_is_left(pair)
    with pair.on(ASKER):
        first = Purge.objects.get()
        assert (first.state, first.attempts) == ("purged", 1)
    pair.gate = lambda method, path: None
    deliver(pair)
    deliver(pair)
    with pair.on(ASKER):
        assert Purge.objects.get().receipt == first.receipt
    assert Withdrawal.objects.values_list("receipt__envelope", flat=True).get() == first.receipt


def test_an_overdue_receipt_shows_and_is_cured_by_a_late_one(pair: Pair) -> None:
    uid = filled(pair)
    provider.withdraw(agreement_uid=uid, user=None)
    assert provider.mark_overdue(at=clock.now() + timedelta(days=4)) == 1
    assert provider_read.withdrawals()[0].overdue
    assert Entry.objects.filter(kind="alarm").count() == 1
    assert provider.mark_overdue(at=clock.now() + timedelta(days=4)) == 0
    deliver(pair)
    assert provider_read.withdrawals()[0].state == "confirmed"


def test_at_expiry_both_sides_act_by_their_own_clock_without_a_word(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {1: 1.0})
    end = clock.now() + timedelta(minutes=5)
    agree(pair, [stream], RAW, expires_at=end)
    pair.pull()
    later = end + timedelta(seconds=1)
    pair.gate = unreachable
    for node in (OWNER, ASKER):
        with pair.on(node):
            assert agreements.expire_due(at=later) == 1
    provider.follow_ends(at=later)
    deliver(pair)
    assert nothing_is_left(pair)
    assert Withdrawal.objects.get().state == "waiting"
    pair.gate = lambda method, path: None
    deliver(pair)
    assert Withdrawal.objects.get().state == "confirmed"


def test_a_receipt_is_refused_while_the_agreement_is_in_force(pair: Pair) -> None:
    uid = filled(pair)
    with pair.on(ASKER):
        agreements.end(agreement=Agreement.objects.get(), kind="terminated", by=ASKER.did)
        consumer.follow_agreements()
        pk = Purge.objects.get().pk
        assert not consumer.purge(purge_id=pk)
    assert not Withdrawal.objects.exists()
    with pytest.raises(Conflict), pair.on(OWNER):
        provider.accept_receipt(peer=Peer.objects.get(), envelope=receipt_of(pair))
    assert Agreement.objects.get(uid=uid).state == "active"


def receipt_of(pair: Pair) -> dict[str, object]:
    """The consumer's receipt."""
    with pair.on(ASKER):
        return dict(Purge.objects.get().receipt or {})


def test_a_renewal_hands_the_copy_over_without_fetching_it_again(pair: Pair) -> None:
    first = filled(pair)
    (stream,) = Datastream.objects.values_list("pk", flat=True)
    second = agree(pair, [stream], RAW, renews=first, identifier=Dataset.objects.get().identifier)
    given = Disclosure.objects.count()
    pair.pull()
    for node in (OWNER, ASKER):
        with pair.on(node):
            agreements.end(agreement=Agreement.objects.get(uid=first), kind="expired", by=node.did)
    accounts.grant(principal=Peer.objects.get().user, permission="catalogue.pull_dataset", object=Dataset.objects.get())
    provider.follow_ends()
    deliver(pair)
    record(stream, {900: 2.0})
    pair.pull()
    assert Disclosure.objects.count() == given + 1
    assert not Withdrawal.objects.exists()
    with pair.on(ASKER):
        assert Subscription.objects.get().agreement.uid == second
        assert Observation.objects.count() == 251


def test_what_outlives_its_retention_goes_and_is_not_taken_for_a_difference(pair: Pair) -> None:
    uid = filled(pair, {**RAW, "retention": "P1D"})
    with pair.on(ASKER):
        assert consumer.retain(at=clock.now() + timedelta(days=2)) == 250
        assert Observation.objects.count() == 0
        row = Purge.objects.get()
        assert (row.kind, row.rows_before, row.rows_after) == ("retention", 250, 0)
        assert Subscription.objects.get().state == "active"
        consumer.request_comparison(subscription_id=Subscription.objects.get().pk)
    deliver(pair)
    with pair.on(ASKER):
        assert (Purge.objects.get().state, Purge.objects.get().last_error) == ("acknowledged", "")
    pair.pull(uid)
    assert Entry.objects.filter(kind="receipt-accepted").count() == 1
    with pair.on(ASKER):
        assert Observation.objects.count() == 0
        assert Subscription.objects.get().comparisons.get().verdict == "equal"


def test_without_the_guardian_permission_no_page_is_given(pair: Pair) -> None:
    filled(pair)
    accounts.revoke(
        principal=Peer.objects.get().user, permission="catalogue.pull_dataset", object=Dataset.objects.get()
    )
    record(Datastream.objects.get().pk, {999: 1.0})
    given = Disclosure.objects.count()
    pair.pull(rounds=1)
    assert Disclosure.objects.count() == given
    with pair.on(ASKER):
        assert Subscription.objects.get().attempts == 1

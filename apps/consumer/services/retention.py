"""Retention: what was kept as long as the terms allow, counted from its receipt, is deleted, and that is proven."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction

from apps.consumer.models import Purge, Subscription, ThinnedDay
from apps.consumer.selectors import rows
from apps.consumer.services import purging
from apps.consumer.types import DAY_US
from apps.core import clock
from apps.peers import selectors as peers
from apps.policies import terms as policy_terms
from apps.sensors import selectors as sensors_read
from apps.sensors.services import outliving
from apps.wire import messages

Rows = np.ndarray[Any, np.dtype[np.void]]
EVERY = timedelta(hours=1)
ROWS_AT_ONCE = 200_000


def retain(*, at: datetime | None = None) -> int:
    """Delete what has outlived its retention in all replicas whose look is due; returns how many rows."""
    moment = at or clock.now()
    total = 0
    for pk in Subscription.objects.active().filter(next_retention_at__lte=moment).values_list("pk", flat=True)[:50]:
        total += _retain_one(pk, moment)
    return total


def _retain_one(pk: int, at: datetime) -> int:
    with transaction.atomic():
        subscription = (
            Subscription.objects.active()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("agreement", "peer")
            .filter(pk=pk, next_retention_at__lte=at)
            .first()
        )
        if subscription is None:
            return 0
        retention = policy_terms.parse(subscription.agreement.terms).retention
        step = EVERY if retention is None else min(EVERY, max(retention / 4, timedelta(seconds=1)))
        Subscription.objects.filter(pk=pk).update(next_retention_at=at + step)
        return 0 if retention is None else _delete_received_before(subscription, at - retention, at)


def _delete_received_before(subscription: Subscription, before: datetime, at: datetime) -> int:
    """Delete the rows of batches recorded here before that moment; days touched are remembered as thinned."""
    places = rows.datastreams_of(subscription)
    rows_before = sensors_read.count_rows(list(places))
    keys = outliving.outlive_replica(
        datastream_ids=list(places), origin=subscription.peer.did, received_before=before, limit=ROWS_AT_ONCE
    )
    if not len(keys):
        return 0
    _remember(subscription, places, keys)
    rows_after = sensors_read.count_rows(list(places))
    _prove(subscription, rows_before, rows_after, at)
    return rows_before - rows_after


def _remember(subscription: Subscription, places: dict[int, int], keys: Rows) -> None:
    days = keys["time"] // DAY_US
    pairs = {(places[stream], day) for stream, day in zip(keys["datastream"].tolist(), days.tolist(), strict=True)}
    ThinnedDay.objects.bulk_create(
        [
            ThinnedDay(subscription=subscription, stream=stream, day=datetime.fromtimestamp(day * 86_400, UTC).date())
            for stream, day in sorted(pairs)
        ],
        ignore_conflicts=True,
    )


def _prove(subscription: Subscription, before: int, after: int, at: datetime) -> None:
    row = Purge.objects.create(
        subscription=subscription, agreement=subscription.agreement, kind="retention", created_at=at, next_attempt_at=at
    )
    receipt = messages.Receipt(
        agreement=subscription.agreement.uid,
        kind="retention",
        owner=subscription.peer.did,
        consumer=peers.this_node().did,
        rows_before=before,
        rows_deleted=before - after,
        rows_after=after,
        purged_at=clock.now(),
    )
    purging.seal(row, receipt, before=before, after=after, at=clock.now())

"""Batches as the feed's tail sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max

from apps.sensors.models import Batch
from apps.sensors.types import first_id, last_id

FIRST_EPOCH = 1


@dataclass(frozen=True, slots=True)
class BatchRange:
    """A numbered batch: its observations and tombstones have ids from ``low`` to ``high``, both inclusive.

    All of them lie between ``first_time`` and ``last_time`` (inclusive, UTC; None for an empty batch) and belong to
    ``datastream_ids`` – which is how they are found in a packed month, where the index on ids is no help.
    """

    number: int
    batch_id: int
    low: int
    high: int
    rows: int
    first_time: datetime | None
    last_time: datetime | None
    recorded_at: datetime
    datastream_ids: tuple[int, ...]


def epoch_and_high() -> tuple[int, int]:
    """The present epoch (from 1) and the highest batch number given in it (0: none), in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT coalesce(max(number), %s) FROM sensors_epoch),"
            " (SELECT coalesce(max(number), 0) FROM sensors_batch)",
            [FIRST_EPOCH],
        )
        epoch, high = cursor.fetchone()
    return int(epoch), int(high)


def batches_after(
    number: int, *, datastream_ids: Sequence[int] | None = None, until: int | None = None, limit: int = 1_000
) -> list[BatchRange]:
    """Batches numbered above ``number`` (and at most ``until``) in the feed's order.

    With ``datastream_ids`` only those that touched one of these datastreams.
    """
    batches = Batch.objects.numbered_after(number)
    if until is not None:
        batches = batches.filter(number__lte=until)
    if datastream_ids is not None:
        batches = batches.touching(datastream_ids)
    return [
        BatchRange(
            number=batch.number,
            batch_id=batch.pk,
            low=first_id(batch.pk),
            high=last_id(batch.pk),
            rows=batch.rows,
            first_time=batch.first_time,
            last_time=batch.last_time,
            recorded_at=batch.recorded_at,
            datastream_ids=tuple(batch.datastream_ids),
        )
        for batch in batches[:limit]
    ]


def unnumbered_count() -> int:
    """How many committed batches wait for the sequencer."""
    return Batch.objects.unnumbered().count()


def last_recorded_at() -> datetime | None:
    """When a batch was recorded last."""
    moment: datetime | None = Batch.objects.aggregate(last=Max("recorded_at"))["last"]
    return moment

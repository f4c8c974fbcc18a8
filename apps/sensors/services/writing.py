"""The one way by which observations come into the table: screened, locked, copied, counted, as a batch.

Rows later than everything their datastream holds cannot meet a row of the same key – the datastream's state is locked –
and are copied straight into the month. All others go through a staging table and one INSERT … ON CONFLICT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.sensors import events
from apps.sensors.models import FeatureOfInterest
from apps.sensors.services import batches, states, upserting
from apps.sensors.services.encoding import encode
from apps.sensors.services.partitions import ensure_partitions, first_day, month_numbers, table_name
from apps.sensors.services.screening import Screening, screen
from apps.sensors.services.upserting import CORRECTED, NEW, UNCHANGED
from apps.sensors.types import MAX_BATCH_ROWS, BatchResult, Readings, Reason, first_id

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """For whom and whence rows are written; with ``append`` False no row is taken for later than all others unseen."""

    source: str
    at: datetime
    client_key: str = ""
    origin: str = ""
    append: bool = True


def write(readings: Readings, order: Order) -> BatchResult:
    """Write what can be written, within the caller's transaction, which has declared the order's origin."""
    screening, extra = screen(readings)
    readings = replace(readings, extra=extra)
    ensure_partitions(months=[first_day(number) for number in _months(readings.time[screening.good])])
    known = states.lock(readings.datastream[screening.good], origin=order.origin)
    _reject_foreign(readings, screening, known)
    _reject_unknown_features(readings, screening)
    rows, superseded = _in_order(readings, np.flatnonzero(screening.good))
    ordered = readings.take(rows)
    chunks = [
        _write_batch(ordered.take(np.arange(start, min(start + MAX_BATCH_ROWS, len(rows)))), known, order)
        for start in range(0, len(rows), MAX_BATCH_ROWS)
    ]
    return _result(chunks, screening, tuple(superseded.tolist()), order)


def _reject_foreign(readings: Readings, screening: Screening, known: states.States) -> None:
    streams = readings.datastream
    found = known.knows(streams)
    screening.reject(~found, Reason.UNKNOWN_DATASTREAM, "there is no datastream {}", streams)
    if not known.ours.all():
        foreign = np.isin(streams, known.ids[~known.ours])
        screening.reject(foreign, Reason.REPLICA, "datastream {} belongs to somebody else", streams)


def _reject_unknown_features(readings: Readings, screening: Screening) -> None:
    if readings.feature is None:
        return
    wanted = np.unique(readings.feature[readings.feature > 0])
    found = list(FeatureOfInterest.objects.filter(pk__in=wanted.tolist()).values_list("pk", flat=True))
    missing = (readings.feature > 0) & ~np.isin(readings.feature, found)
    screening.reject(missing, Reason.UNKNOWN_FEATURE, "there is no feature of interest {}", readings.feature)


def _in_order(readings: Readings, rows: Rows) -> tuple[Rows, Rows]:
    """The rows by (datastream, time, span), the last of each key; and those that gave way to it."""
    stream, time, span = readings.datastream[rows], readings.time[rows], readings.span[rows]
    order = np.lexsort((span, time, stream))
    rows, stream, time, span = rows[order], stream[order], time[order], span[order]
    again = (stream[1:] == stream[:-1]) & (time[1:] == time[:-1]) & (span[1:] == span[:-1])
    last = np.append(~again, True)[: len(rows)]
    return rows[last], np.sort(rows[~last])


def _write_batch(readings: Readings, known: states.States, order: Order) -> batches.Written:
    """Write at most 2**20 rows, sorted and of distinct keys, as one batch; no batch when nothing changed."""
    batch_id = batches.next_id()
    ids = first_id(batch_id) + np.arange(len(readings), dtype=np.int64)
    kinds = np.full(len(readings), NEW, dtype=np.int8)
    places = known.places(readings.datastream)
    later = readings.time > known.last[places]
    straight = later & (known.tombstones[places] == 0) if order.append else np.zeros_like(later)
    for table, rows in _by_month(readings.time):
        chosen = rows[straight[rows]]
        _copy(table, readings.take(chosen), ids[chosen])
        chosen = rows[~straight[rows]]
        kinds[chosen], cleared = upserting.upsert(table, readings.take(chosen), ids[chosen], at=order.at)
        np.add.at(known.cleared, places[chosen[cleared]], 1)
    np.add.at(known.added, places[kinds == NEW], 1)
    known.touched[places[kinds != UNCHANGED]] = True
    written = batches.Written.of(batch_id, readings, kinds == NEW, kinds == CORRECTED)
    if written.rows:
        states.save(known, batch_id=batch_id, readings=readings)
    return written


def _months(times: npt.NDArray[np.int64]) -> list[int]:
    return [int(number) for number in np.unique(month_numbers(times))]


def _by_month(times: npt.NDArray[np.int64]) -> Iterator[tuple[str, Rows]]:
    numbers = month_numbers(times)
    for number in np.unique(numbers).tolist():
        yield table_name(first_day(number)), np.flatnonzero(numbers == number)


def _copy(table: str, readings: Readings, ids: npt.NDArray[np.int64]) -> None:
    if not len(readings):
        return
    columns, data = encode(readings, ids)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)") as copy:
        copy.write(data)


def _result(
    chunks: list[batches.Written], screening: Screening, superseded: tuple[int, ...], order: Order
) -> BatchResult:
    kept = [chunk for chunk in chunks if chunk.rows] or (chunks[:1] if order.client_key else [])
    result = BatchResult(
        batch_id=kept[0].batch_id if kept else None,
        batch_ids=tuple(chunk.batch_id for chunk in kept),
        accepted=sum(chunk.accepted for chunk in chunks),
        corrected=sum(chunk.corrected for chunk in chunks),
        unchanged=sum(chunk.unchanged for chunk in chunks),
        rejected=tuple(sorted(screening.rejected, key=lambda rejection: rejection.row)),
        superseded=superseded,
    )
    for chunk in kept:
        batches.save(chunk, order.source, order.client_key, order.origin, order.at, rejected=len(result.rejected))
        events.readings_recorded.announce(events.ReadingsRecorded(chunk.batch_id, chunk.datastream_ids))
    return result

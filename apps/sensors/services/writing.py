"""The one way by which observations come into the table: screened, locked, copied, counted, as a batch.

Rows later than everything their datastream holds cannot meet a row of the same key – the datastream's state is locked –
and are copied straight into the month. All others go through a staging table and one INSERT … ON CONFLICT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from apps.sensors import events
from apps.sensors.models import Datastream, FeatureOfInterest
from apps.sensors.services import batches, followups, states, upserting
from apps.sensors.services.batches import Order
from apps.sensors.services.encoding import copy_in
from apps.sensors.services.partitions import ensure_partitions, first_day, month_numbers, table_name
from apps.sensors.services.screening import Screening, screen
from apps.sensors.services.upserting import CORRECTED, NEW, UNCHANGED
from apps.sensors.types import MAX_BATCH_ROWS, BatchResult, Readings, Reason, first_id

Rows = npt.NDArray[np.intp]


def write(readings: Readings, order: Order) -> BatchResult:
    """Write what can be written, within the caller's transaction, which has declared the order's origin."""
    screening, extra = screen(readings)
    readings = replace(readings, extra=extra)
    _reject_unknown_features(readings, screening)
    ensure_partitions(months=[first_day(number) for number in _months(readings.time[screening.good])])
    rows, superseded, heirs = _in_order(readings, np.flatnonzero(screening.good))
    ids = np.zeros(len(readings), dtype=np.int64)
    chunks = [
        _write_batch(readings, rows[start : start + MAX_BATCH_ROWS], screening, order, ids)
        for start in range(0, max(len(rows), 1), MAX_BATCH_ROWS)
    ]
    ids[superseded] = ids[heirs]
    kept = tuple(chunk.batch_id for chunk in chunks if chunk.rows or order.client_key)
    return BatchResult(
        batch_id=kept[0] if kept else None,
        batch_ids=kept,
        accepted=sum(chunk.accepted for chunk in chunks),
        corrected=sum(chunk.corrected for chunk in chunks),
        unchanged=sum(chunk.unchanged for chunk in chunks),
        rejected=tuple(sorted(screening.rejected, key=lambda rejection: rejection.row)),
        superseded=tuple(np.sort(superseded).tolist()),
        ids=ids,
    )


def _reject_foreign(readings: Readings, rows: Rows, known: states.States, screening: Screening) -> Rows:
    """Take out rows whose datastreams are unknown or somebody else's; the others, in their order."""
    found = known.knows(readings.datastream[rows])
    if found.all():
        return rows
    missing = np.zeros(len(readings), dtype=np.bool_)
    missing[rows[~found]] = True
    streams = readings.datastream
    held = Datastream.objects.filter(pk__in=np.unique(streams[missing]).tolist()).values_list("pk", flat=True)
    foreign = missing & np.isin(streams, list(held))
    screening.reject(foreign, Reason.REPLICA, "datastream {} belongs to somebody else", streams)
    screening.reject(missing, Reason.UNKNOWN_DATASTREAM, "there is no datastream {}", streams)
    return rows[found]


def _reject_unknown_features(readings: Readings, screening: Screening) -> None:
    if readings.feature is None:
        return
    wanted = np.unique(readings.feature[readings.feature > 0])
    found = list(FeatureOfInterest.objects.filter(pk__in=wanted.tolist()).values_list("pk", flat=True))
    missing = (readings.feature > 0) & ~np.isin(readings.feature, found)
    screening.reject(missing, Reason.UNKNOWN_FEATURE, "there is no feature of interest {}", readings.feature)


def _in_order(readings: Readings, rows: Rows) -> tuple[Rows, Rows, Rows]:
    """The rows by (datastream, time, span), the last of each key; those that gave way, and to which each did."""
    stream, time, span = readings.datastream[rows], readings.time[rows], readings.span[rows]
    order = np.lexsort((span, time, stream))
    rows, stream, time, span = rows[order], stream[order], time[order], span[order]
    again = (stream[1:] == stream[:-1]) & (time[1:] == time[:-1]) & (span[1:] == span[:-1])
    last = np.append(~again, True)[: len(rows)]
    kept = rows[last]
    return kept, rows[~last], kept[(np.cumsum(last) - last)[~last]]


def _write_batch(
    readings: Readings, rows: Rows, screening: Screening, order: Order, ids: npt.NDArray[np.int64]
) -> batches.Written:
    """Write at most 2**20 rows, sorted and of distinct keys, as one batch; their ids go into ``ids``.

    When nothing changed there is no batch, unless a client key has to be remembered.
    """
    chunk = readings.take(rows)
    known = states.advance(chunk, order, rejected=len(screening.rejected))
    rows = _reject_foreign(readings, rows, known, screening)
    if len(rows) < len(chunk):
        chunk = readings.take(rows)
    kinds, ids[rows] = _store(chunk, known, order)
    followups.note(chunk)
    written = batches.Written.of(known.batch_id, chunk, kinds == NEW, kinds == CORRECTED)
    if not known.done and (written.rows or order.client_key):
        params = states.changes(known)
        change = states.CHANGE if params else ""
        batches.save(written, order, rejected=len(screening.rejected), change=change, params=params)
    if written.rows:
        events.readings_recorded.announce(events.ReadingsRecorded(written.batch_id, written.datastream_ids))
    return written


def _store(readings: Readings, known: states.States, order: Order) -> tuple[upserting.Kinds, npt.NDArray[np.int64]]:
    """Bring the rows into the table; returns what became of each and its id, and notes it with the states."""
    ids = first_id(known.batch_id) + np.arange(len(readings), dtype=np.int64)
    kinds = np.full(len(readings), NEW, dtype=np.int8)
    if known.stored:
        return kinds, ids
    straight = known.later(readings.datastream, readings.time, order)
    _copy(readings, ids, straight)
    if straight.all():
        return kinds, ids
    places = known.places(readings.datastream)
    for table, chosen in _by_month(readings.time, np.flatnonzero(~straight)):
        kinds[chosen], cleared, ids[chosen] = upserting.upsert(table, readings.take(chosen), ids[chosen], at=order.at)
        known.cleared += np.bincount(places[chosen[cleared]], minlength=len(known.ids))
    known.added += np.bincount(places[kinds == NEW], minlength=len(known.ids))
    known.touched[places[kinds != UNCHANGED]] = True
    return kinds, ids


def _months(times: npt.NDArray[np.int64]) -> list[int]:
    return [int(number) for number in np.unique(month_numbers(times))]


def _by_month(times: npt.NDArray[np.int64], rows: Rows) -> Iterator[tuple[str, Rows]]:
    if not len(rows):
        return
    numbers = month_numbers(times[rows])
    for number in np.unique(numbers).tolist():
        yield table_name(first_day(number)), rows[numbers == number]


def _copy(readings: Readings, ids: npt.NDArray[np.int64], chosen: npt.NDArray[np.bool_]) -> None:
    """Into the whole table, not the month: naming a month costs a check of its bounds, 0.4 ms a call."""
    if not chosen.all():
        rows = np.flatnonzero(chosen)
        readings, ids = readings.take(rows), ids[rows]
    if len(ids):
        copy_in("sensors_observation", readings, ids)

"""Deleting observations: each leaves a tombstone, so that the feed can tell who has a copy."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.core import clock
from apps.core.errors import Invalid, NotFound, NotPermitted
from apps.sensors import events
from apps.sensors.selectors.arrays import as_parameter, fetch_row
from apps.sensors.selectors.columns import Column, copy_columns, fetch_arrays
from apps.sensors.services import batches, states, upserting
from apps.sensors.services.origins import declared
from apps.sensors.services.partitions import first_day, month_numbers, table_name
from apps.sensors.types import MAX_BATCH_ROWS, Readings, first_id

_KEYS = """
SELECT datastream_id, span, phenomenon_time FROM sensors_observation
WHERE datastream_id = %s AND phenomenon_time >= %s AND phenomenon_time < %s
ORDER BY phenomenon_time, span LIMIT %s
"""
_BURY = """
WITH gone AS (
    DELETE FROM {table} o USING pg_temp.sensors_incoming i
    WHERE (o.datastream_id, o.span, o.phenomenon_time) = (i.datastream_id, i.span, i.phenomenon_time)
    RETURNING i.id, i.datastream_id, i.span, i.phenomenon_time
), buried AS (
    INSERT INTO sensors_tombstone (id, datastream_id, span, phenomenon_time, deleted_at, reason)
    SELECT id, datastream_id, span, phenomenon_time, %(at)s, %(reason)s FROM gone ORDER BY id
    ON CONFLICT (datastream_id, phenomenon_time, span)
        DO UPDATE SET id = excluded.id, deleted_at = excluded.deleted_at, reason = excluded.reason
)
SELECT array_send(array_agg(id)) FROM gone
"""
RECOUNT = """
UPDATE sensors_datastreamstate s SET observation_count = o.count, first_time = o.first, last_time = o.last,
    first_result_time = o.first_result, last_result_time = o.last_result,
    tombstone_count = (SELECT count(*) FROM sensors_tombstone t WHERE t.datastream_id = s.datastream_id),
    last_result = (SELECT result FROM sensors_observation l
        WHERE l.datastream_id = s.datastream_id AND l.phenomenon_time = o.last ORDER BY span DESC LIMIT 1),
    last_batch = coalesce(%s::bigint, s.last_batch)
FROM unnest(%s) AS d (id) CROSS JOIN LATERAL (
    SELECT count(*) AS count, min(phenomenon_time) AS first, max(phenomenon_time) AS last,
        min(result_time) AS first_result, max(result_time) AS last_result
    FROM sensors_observation WHERE datastream_id = d.id) AS o
WHERE s.datastream_id = d.id
"""


def delete(*, datastream_id: int, start: datetime, end: datetime, reason: str, at: datetime | None = None) -> int:
    """Delete an own datastream's observations with ``start`` <= phenomenon time < ``end``; returns how many.

    Every one leaves a tombstone in a new batch; a reading of the same key recorded later lives again. Raises NotFound
    for an unknown datastream or a replica, Invalid when ``start`` is not before ``end``.
    """
    if start >= end:
        raise Invalid("The period to delete ends before it begins.", part="end")
    moment = at or clock.now()
    total = 0
    with declared(""):
        if not len(states.lock(np.array([datastream_id], dtype=np.int32), origin="")):
            raise NotFound(f"This city has no datastream {datastream_id}.", part="datastream_id")
        while len(keys := _keys(datastream_id, start, end)):
            total += bury(keys, source="deletion", origin="", reason=reason, at=moment)
    return total


def bury(keys: Readings, *, source: str, origin: str, reason: str, at: datetime) -> int:
    """Turn the stored rows of these keys into tombstones of one new batch; returns how many there were.

    Part of the caller's transaction, which has declared the origin and holds the datastreams' states. Keys that are not
    stored leave no tombstone.
    """
    batch_id = batches.next_id()
    ids = first_id(batch_id) + np.arange(len(keys), dtype=np.int64)
    gone = np.zeros(len(keys), dtype=np.bool_)
    numbers = month_numbers(keys.time)
    for number in np.unique(numbers).tolist():
        rows = np.flatnonzero(numbers == number)
        gone[_bury_month(table_name(first_day(number)), keys.take(rows), ids[rows], reason, at) - ids[0]] = True
    if not gone.any():
        return 0
    streams = np.unique(keys.datastream[gone])
    written = batches.Written(
        batch_id=batch_id,
        deleted=int(gone.sum()),
        first=int(keys.time[gone].min()),
        last=int(keys.time[gone].max()),
        datastream_ids=tuple(streams.tolist()),
    )
    recount(streams, batch_id=batch_id)
    batches.save(written, batches.Order(source=source, origin=origin, at=at), params={})
    events.readings_deleted.announce(events.ReadingsDeleted(batch_id, written.datastream_ids))
    return written.deleted


def bury_own(keys: Readings, *, reason: str, at: datetime) -> int:
    """``bury`` for own datastreams, whose states it locks. Raises NotPermitted where one of them is a replica."""
    with declared(""):
        held = states.lock(keys.datastream, origin="")
        if not np.isin(keys.datastream, held).all():
            raise NotPermitted("Replicas are deleted by their owner only.", part="id")
        return bury(keys, source="deletion", origin="", reason=reason, at=at)


def recount(streams: npt.NDArray[np.int32], *, batch_id: int | None) -> None:
    """Count the observations of these datastreams anew: extent, last value, tombstones."""
    fetch_row(RECOUNT, [batch_id, as_parameter(streams)])


def _keys(datastream_id: int, start: datetime, end: datetime) -> Readings:
    found = copy_columns(
        _KEYS,
        [datastream_id, start, end, MAX_BATCH_ROWS],
        columns=(Column("datastream", "int4"), Column("span", "int4"), Column("time", "time")),
    )
    return Readings.build(
        datastream=found["datastream"], time=found["time"], span=found["span"], result=np.full(len(found), np.nan)
    )


def _bury_month(
    table: str, keys: Readings, ids: npt.NDArray[np.int64], reason: str, at: datetime
) -> npt.NDArray[np.int64]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            return np.empty(0, dtype=np.int64)
    upserting.stage(keys, ids)
    found = fetch_arrays(_BURY.format(table=table), {"at": at, "reason": reason}, columns=(Column("id", "int8"),))
    return found["id"]

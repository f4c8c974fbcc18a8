"""The rows that writers lock: one per datastream, always in order of ids, so that two batches never deadlock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.sensors.selectors.columns import Column, copy_columns
from apps.sensors.types import Readings

_COLUMNS = (
    Column("id", "int4"),
    Column("ours", "bool"),
    Column("last", "time"),
    Column("first", "time"),
    Column("tombstones", "int8"),
)


@dataclass(slots=True)
class States:
    """The locked states of the datastreams of one call, sorted by id, and what the call changes about them."""

    ids: npt.NDArray[np.int32]
    ours: npt.NDArray[np.bool_]
    last: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    tombstones: npt.NDArray[np.int64]
    added: npt.NDArray[np.int64]
    cleared: npt.NDArray[np.int64]
    touched: npt.NDArray[np.bool_]

    def places(self, datastreams: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
        """Where each datastream stands here; only for those that are known."""
        return np.searchsorted(self.ids, datastreams)

    def knows(self, datastreams: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Which of the datastreams exist."""
        return np.isin(datastreams, self.ids)


def lock(datastreams: npt.NDArray[np.int32], *, origin: str) -> States:
    """Lock the states of these datastreams until the transaction ends; ``ours`` are those of this origin."""
    ids = np.unique(datastreams)
    rows = copy_columns(
        "SELECT s.datastream_id, d.origin = %s, coalesce(s.last_time, '-infinity'),"
        " coalesce(s.first_time, '-infinity'), s.tombstone_count"
        " FROM sensors_datastreamstate s JOIN sensors_datastream d ON d.id = s.datastream_id"
        " WHERE s.datastream_id = ANY (%s::int[]) ORDER BY s.datastream_id FOR NO KEY UPDATE OF s",
        [origin, literal(ids)],
        columns=_COLUMNS,
    )
    size = len(rows)
    return States(
        ids=rows["id"],
        ours=rows["ours"],
        last=rows["last"],
        first=rows["first"],
        tombstones=rows["tombstones"],
        added=np.zeros(size, dtype=np.int64),
        cleared=np.zeros(size, dtype=np.int64),
        touched=np.zeros(size, dtype=np.bool_),
    )


def literal(values: npt.NDArray[np.generic]) -> str:
    """An array as PostgreSQL reads it from text; NaN is null. Much faster than adapting a list of numbers."""
    return "{" + ",".join(map(str, values.tolist())).replace("nan", "NULL") + "}"


def save(states: States, *, batch_id: int, readings: Readings) -> None:
    """Write what a batch changed, for all its datastreams in one statement.

    ``readings`` are the batch's rows in (datastream, time) order: the first and last per datastream give the extent.
    """
    streams, starts = np.unique(readings.datastream, return_index=True)
    ends = np.append(starts[1:], len(readings)) - 1
    places = states.places(streams)
    chosen = states.touched[places]
    places, starts, ends = places[chosen], starts[chosen], ends[chosen]
    values = (
        states.ids[places],
        states.added[places],
        states.cleared[places],
        readings.time[starts],
        readings.time[ends],
        readings.result[ends],
    )
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [batch_id, *map(literal, values)])
    states.added[:], states.cleared[:], states.touched[:] = 0, 0, False


_SAVE = """
UPDATE sensors_datastreamstate s SET
    observation_count = s.observation_count + n.added,
    tombstone_count = s.tombstone_count - n.cleared,
    first_time = least(s.first_time, n.first),
    last_time = greatest(s.last_time, n.last),
    last_result = CASE WHEN s.last_time > n.last THEN s.last_result ELSE n.last_result END,
    last_batch = n.batch
FROM (
    SELECT %s::bigint AS batch, id, added, cleared, last_result,
        'epoch'::timestamptz + first * interval '1 microsecond' AS first,
        'epoch'::timestamptz + last * interval '1 microsecond' AS last
    FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::float8[])
        AS u (id, added, cleared, first, last, last_result)
) AS n
WHERE s.datastream_id = n.id
"""

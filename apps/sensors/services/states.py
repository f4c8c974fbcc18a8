"""The rows that writers lock: one per datastream, always in order of ids, so that two batches never deadlock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apps.sensors.selectors.arrays import Numbers, as_parameter, fetch_row, read_array
from apps.sensors.selectors.columns import select_arrays
from apps.sensors.types import Readings

_LOCK = f"""
{select_arrays(4)}, nextval('sensors_batch_id_seq') FROM (
    SELECT s.datastream_id AS c0, s.origin = %s::text AS c1, coalesce(s.last_time, '-infinity') AS c2,
        s.tombstone_count AS c3
    FROM unnest(%s::int[]) AS wanted (id) JOIN sensors_datastreamstate s ON s.datastream_id = wanted.id
    ORDER BY s.datastream_id FOR NO KEY UPDATE OF s
) AS locked
"""  # noqa: S608 - put together from constants


@dataclass(slots=True)
class States:
    """The locked states of the datastreams of one call, sorted by id, and what the call changes about them.

    ``batch_id`` is a fresh id for a batch of this call, fetched on the same way.
    """

    batch_id: int
    ids: npt.NDArray[np.int32]
    ours: npt.NDArray[np.bool_]
    last: npt.NDArray[np.int64]
    tombstones: npt.NDArray[np.int64]
    added: npt.NDArray[np.int64]
    cleared: npt.NDArray[np.int64]
    touched: npt.NDArray[np.bool_]

    def places(self, datastreams: npt.NDArray[np.int32]) -> npt.NDArray[np.intp]:
        """Where each datastream stands here; only for those that are known."""
        return np.searchsorted(self.ids, datastreams)

    def knows(self, datastreams: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Which of the datastreams exist."""
        if not len(self.ids):
            return np.zeros(len(datastreams), dtype=np.bool_)
        places = np.minimum(self.places(datastreams), len(self.ids) - 1)
        found: npt.NDArray[np.bool_] = self.ids[places] == datastreams
        return found


def lock(datastreams: npt.NDArray[np.int32], *, origin: str) -> States:
    """Lock the states of these datastreams until the transaction ends; ``ours`` are those of this origin."""
    fields = fetch_row(_LOCK, [origin, as_parameter(np.unique(datastreams))])
    ids = read_array("int4", fields[0])
    return States(
        batch_id=int(fields[4]),
        ids=ids,
        ours=read_array("bool", fields[1]),
        last=read_array("time", fields[2]),
        tombstones=read_array("int8", fields[3]),
        added=np.zeros(len(ids), dtype=np.int64),
        cleared=np.zeros(len(ids), dtype=np.int64),
        touched=np.zeros(len(ids), dtype=np.bool_),
    )


def changes(states: States, readings: Readings) -> dict[str, Numbers]:
    """What a batch changed, as the parameters of ``CHANGE``; the next batch of the call starts from nothing.

    ``readings`` are the batch's rows in (datastream, time) order: the first and last per datastream give the extent.
    """
    streams, starts = np.unique(readings.datastream, return_index=True)
    ends = np.append(starts[1:], len(readings)) - 1
    places = states.places(streams)
    chosen = states.touched[places]
    places, starts, ends = places[chosen], starts[chosen], ends[chosen]
    params = {
        "streams": as_parameter(states.ids[places]),
        "added": as_parameter(states.added[places]),
        "cleared": as_parameter(states.cleared[places]),
        "firsts": as_parameter(readings.time[starts]),
        "lasts": as_parameter(readings.time[ends]),
        "last_results": as_parameter(readings.result[ends]),
    }
    states.added[:], states.cleared[:], states.touched[:] = 0, 0, False
    return params


CHANGE = """
UPDATE sensors_datastreamstate s SET
    observation_count = s.observation_count + n.added,
    tombstone_count = s.tombstone_count - n.cleared,
    first_time = least(s.first_time, n.first),
    last_time = greatest(s.last_time, n.last),
    last_result = CASE WHEN s.last_time > n.last THEN s.last_result ELSE n.last_result END,
    last_batch = %(id)s
FROM (
    SELECT id, added, cleared, nullif(last_result, 'NaN') AS last_result,
        'epoch'::timestamptz + first * interval '1 microsecond' AS first,
        'epoch'::timestamptz + last * interval '1 microsecond' AS last
    FROM unnest(%(streams)s, %(added)s, %(cleared)s, %(firsts)s, %(lasts)s, %(last_results)s)
        AS u (id, added, cleared, first, last, last_result)
) AS n
WHERE s.datastream_id = n.id
"""

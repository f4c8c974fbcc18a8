"""The rows that writers lock: one per datastream, always in order of ids, so that two batches never deadlock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apps.sensors.selectors.arrays import Numbers, as_parameter, fetch_row, read_array
from apps.sensors.services.batches import Order
from apps.sensors.types import Readings

Streams = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

FEW_ROWS = 300


@dataclass(slots=True)
class States:
    """The states of a batch's datastreams, advanced and locked; sorted by id, only those of the batch's origin.

    ``last`` (µs UTC) is the latest observation before the batch; ``counted`` are those whose rows all came later and
    are counted already. ``added`` and ``cleared`` collect what is found out about the others. ``done``: all rows are
    new, and the batch row is written; ``stored``: so are the rows.
    """

    batch_id: int
    ids: Streams
    last: npt.NDArray[np.int64]
    tombstones: npt.NDArray[np.int64]
    counted: Mask
    added: npt.NDArray[np.int64]
    cleared: npt.NDArray[np.int64]
    touched: Mask
    done: bool
    stored: bool

    def places(self, streams: Streams) -> Places:
        """Where each datastream stands here; only for those that are known."""
        return np.searchsorted(self.ids, streams)

    def knows(self, streams: Streams) -> Mask:
        """Which of the datastreams are here."""
        if not len(self.ids):
            return np.zeros(len(streams), dtype=np.bool_)
        places = np.minimum(self.places(streams), len(self.ids) - 1)
        found: Mask = self.ids[places] == streams
        return found

    def later(self, streams: Streams, times: npt.NDArray[np.int64], order: Order) -> Mask:
        """Which rows come later than everything their datastream held, living or deleted."""
        places = self.places(streams)
        found: Mask = (times > self.last[places]) & (self.tombstones[places] == 0) & order.append
        return found


def advance(readings: Readings, order: Order, *, rejected: int) -> States:
    """Advance and lock the states of the datastreams of a batch; those unknown or of another origin are left out.

    ``readings`` are the batch's rows in (datastream, time) order.
    """
    streams, starts, counts = np.unique(readings.datastream, return_index=True, return_counts=True)
    ends = starts + counts - 1
    batch_id, *fields = fetch_row(
        _ADVANCE,
        [
            order.origin,
            order.append,
            as_parameter(streams),
            as_parameter(counts.astype(np.int64)),
            as_parameter(readings.time[starts]),
            as_parameter(readings.time[ends]),
            as_parameter(readings.result[ends]),
            order.source,
            order.client_key,
            order.at,
            rejected,
            *_rows(readings),
        ],
    )
    ids = read_array("int4", fields[0])
    sort = np.argsort(ids)
    ids = ids[sort]
    known = States(
        batch_id=batch_id,
        ids=ids,
        last=read_array("time", fields[1])[sort],
        tombstones=read_array("int8", fields[2])[sort],
        counted=np.zeros(len(ids), dtype=np.bool_),
        added=np.zeros(len(ids), dtype=np.int64),
        cleared=np.zeros(len(ids), dtype=np.int64),
        touched=np.zeros(len(ids), dtype=np.bool_),
        done=fields[3],
        stored=fields[3] and _goes_along(readings),
    )
    firsts = readings.time[starts][np.isin(streams, ids)] if len(ids) < len(streams) else readings.time[starts]
    known.counted = known.later(ids, firsts, order)
    return known


def _goes_along(readings: Readings) -> bool:
    """Whether the rows travel with the states: few, and nothing but numbers. Many are quicker by COPY."""
    tail = (readings.result_time, readings.feature, readings.extra)
    return len(readings) <= FEW_ROWS and all(column is None for column in tail)


def _rows(readings: Readings) -> list[Numbers]:
    given = readings if _goes_along(readings) else readings.take(np.empty(0, dtype=np.intp))
    return [as_parameter(column) for column in (given.datastream, given.span, given.time, given.result)]


def lock(streams: Streams, *, origin: str) -> Streams:
    """Lock the states of these datastreams until the transaction ends; returns those of this origin, sorted."""
    fields = fetch_row(_LOCK, [as_parameter(np.unique(streams)), origin])
    return read_array("int4", fields[0])


def changes(states: States) -> dict[str, Numbers]:
    """What is to be counted after comparing, as the parameters of ``CHANGE``; empty when nothing is."""
    chosen = states.touched & ~states.counted
    if not chosen.any():
        return {}
    return {
        "streams": as_parameter(states.ids[chosen]),
        "added": as_parameter(states.added[chosen]),
        "cleared": as_parameter(states.cleared[chosen]),
    }


_ADVANCE = "SELECT * FROM sensors_advance(%s::text, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::int, %s, %s, %s, %s)"
_LOCK = """
SELECT array_send(array_agg(datastream_id)) FROM (
    SELECT s.datastream_id FROM unnest(%s) AS wanted (id) JOIN sensors_datastreamstate s ON s.datastream_id = wanted.id
    WHERE s.origin = %s::text ORDER BY s.datastream_id FOR NO KEY UPDATE OF s
) AS locked
"""
CHANGE = """
UPDATE sensors_datastreamstate s SET observation_count = s.observation_count + n.added,
    tombstone_count = s.tombstone_count - n.cleared, last_batch = %(id)s
FROM unnest(%(streams)s, %(added)s, %(cleared)s) AS n (id, added, cleared) WHERE s.datastream_id = n.id
"""

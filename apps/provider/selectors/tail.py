"""After the first copy: what was written, corrected or deleted since, and what has come of age since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from apps.provider.selectors import rows
from apps.provider.selectors.slicing import budget, time_after
from apps.provider.types import NO_HORIZON, Rows, Slice, View, to_datetime
from apps.sensors import types as sensor_types
from apps.wire.cursors import Cursor

MOST_BATCHES = 2_000
NEAR = 64
"""Batches whose ids lie closer together than this are looked up as one range of ids."""


@dataclass(frozen=True, slots=True)
class _Batch:
    id: int
    number: int
    size: int
    first_time: datetime
    last_time: datetime
    recorded_at: datetime
    datastream_ids: list[int]


@dataclass(frozen=True, slots=True)
class _Work:
    """The batches of one page. ``ordinal`` … ``stop`` is the part of a batch that is too large for one page."""

    batches: list[_Batch]
    number: int
    ordinal: int = 0
    stop: int = sensor_types.MAX_BATCH_ROWS
    more: bool = False

    @property
    def split(self) -> bool:
        return self.stop < sensor_types.MAX_BATCH_ROWS


def read(view: View, cursor: Cursor, *, high: int, limit: int) -> Slice:
    """Changes numbered after the cursor that lie before its horizon, then what lies between that and today's."""
    work = _gather(view, cursor, high, limit)
    parts = _changes(view, work, cursor.until) if work.batches else []
    if work.split:
        moved = replace(cursor, high=work.number, ordinal=work.stop)
        return _slice(parts, moved, more=True, work=work)
    until, more = cursor.until, work.more
    if not more and cursor.until < view.until:
        taken = sum(len(part) for part in parts)
        until = _reachable(view, cursor.until, max(1, limit - taken))
        parts.append(_matured(view, cursor.until, until))
        more = until < view.until
    moved = replace(cursor, high=work.number, ordinal=0, until=until)
    return _slice(parts, moved, more=more, work=work)


def _slice(parts: list[Rows], cursor: Cursor, *, more: bool, work: _Work) -> Slice:
    page = np.concatenate(parts) if parts else rows.EMPTY
    page = page[np.lexsort((page["span"], page["time"], page["stream"]))]
    oldest = min((batch.recorded_at for batch in work.batches), default=None) if len(page) else None
    return Slice(page, {}, cursor, more=more, oldest=oldest)


def _gather(view: View, cursor: Cursor, high: int, limit: int) -> _Work:
    """Whole batches while they fit; a batch larger than a page alone, in parts if it is raw."""
    waiting = _batches(view.ids, cursor.high, high)
    taken: list[_Batch] = []
    total = 0
    for batch in waiting:
        total += batch.size
        if taken and total > budget(view, limit):
            return _Work(taken, taken[-1].number, more=True)
        taken.append(batch)
        large = batch.size > budget(view, limit) and view.bucket is None
        if len(taken) == 1 and (large or cursor.ordinal):
            return _part(batch, cursor, limit, more=batch.number < high)
    if len(waiting) == MOST_BATCHES:
        return _Work(taken, taken[-1].number, more=True)
    return _Work(taken, max(high, cursor.high))


def _part(batch: _Batch, cursor: Cursor, limit: int, *, more: bool) -> _Work:
    """A part of one batch; the number stays at the one before until its last part has been given."""
    stop = cursor.ordinal + limit
    if stop >= batch.size:
        return _Work([batch], batch.number, ordinal=cursor.ordinal, more=more)
    return _Work([batch], cursor.high, ordinal=cursor.ordinal, stop=stop, more=True)


def _batches(ids: list[int], after: int, high: int) -> list[_Batch]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, number, GREATEST(rows, deleted), first_time, last_time, recorded_at, datastream_ids
              FROM sensors_batch
             WHERE number > %s AND number <= %s AND datastream_ids && %s::int4[] AND first_time IS NOT NULL
             ORDER BY number LIMIT %s
            """,
            [after, high, ids, MOST_BATCHES],
        )
        return [_Batch(*row) for row in cursor.fetchall()]


def _changes(view: View, work: _Work, until: int) -> list[Rows]:
    """Readings written and deleted by the batches, or the buckets they touched, before the horizon ``until``."""
    touched = {number for batch in work.batches for number in batch.datastream_ids}
    params: dict[str, Any] = rows.basis(
        view,
        ids=sorted(touched.intersection(view.ids)),
        batches=[batch.id for batch in work.batches],
        earliest=min(batch.first_time for batch in work.batches),
        latest=max(batch.last_time for batch in work.batches),
    )
    ids = _id_ranges(work)
    mine = f"({ids}) AND (o.id >> {sensor_types.ORDINAL_BITS}) = ANY(%(batches)s::int8[])"
    written = f"{mine} AND o.phenomenon_time >= %(earliest)s AND o.phenomenon_time <= %(latest)s"
    if view.bucket:
        return [rows.touched_buckets(written, mine, params | {"closed": to_datetime(until)})]
    condition, horizon = rows.before("until", until)
    params |= horizon
    return [
        rows.readings(f"{written} AND {condition}", params),
        rows.deletions(f"{mine} AND {condition}", params),
    ]


def _id_ranges(work: _Work) -> str:
    """The ranges of observation ids the batches gave out, near ones joined, for the BRIN index."""
    numbers = sorted(batch.id for batch in work.batches)
    runs = [[numbers[0], numbers[0]]]
    for number in numbers[1:]:
        if number - runs[-1][1] > NEAR:
            runs.append([number, number])
        runs[-1][1] = number
    bounds = [(sensor_types.first_id(low), sensor_types.last_id(high)) for low, high in runs]
    if work.ordinal or work.split:
        base = bounds[0][0]
        bounds = [(base + work.ordinal, base + work.stop - 1)]
    return " OR ".join(f"o.id BETWEEN {int(low)} AND {int(high)}" for low, high in bounds)


def _reachable(view: View, after: int, limit: int) -> int:
    """How far the horizon may move in one page: as far as today's, or until a page is full."""
    found = time_after(view.ids, after, min(view.until, NO_HORIZON), offset=budget(view, limit))
    if found is None:
        return view.until
    if view.bucket:
        found -= found % view.bucket
        return min(view.until, max(found, after + view.bucket))
    return min(view.until, max(found, after + 1))


def _matured(view: View, after: int, until: int) -> Rows:
    """What has come of age: everything that ends after ``after`` and by ``until``, whichever batch wrote it."""
    if view.bucket:
        params = rows.basis(view, lower=to_datetime(after), upper=to_datetime(until))
        return rows.buckets("o.phenomenon_time >= %(lower)s AND o.phenomenon_time < %(upper)s", params)
    condition, params = rows.between(after, until)
    return rows.readings(condition, rows.basis(view) | params)

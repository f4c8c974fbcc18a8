"""The first copy, and every later look at a part of it: a walk by (stream, time, span)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from apps.provider.selectors import rows
from apps.provider.selectors.slicing import budget, time_after
from apps.provider.types import NO_HORIZON, Member, Rows, Scope, Slice, View, to_datetime
from apps.wire.cursors import Cursor

LAST_SPAN = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Step:
    """A piece of the walk: whole streams, or a piece of one stream that starts after (time, span)."""

    ids: list[int]
    last: bool
    time: int = -1
    span: int = -1
    large: bool = False


def read(view: View, cursor: Cursor, *, limit: int, scope: Scope | None) -> Slice:
    """The next piece of the walk. Horizon and number are those of its start, the window is today's."""
    view = _narrowed(replace(view, until=cursor.until), scope)
    end = scope.end if scope else NO_HORIZON
    step = _next_step(view.members, cursor, budget(view, limit))
    if step is None:
        return Slice(rows.EMPTY, {}, _after(cursor), more=False)
    page, position = _buckets(view, step, limit) if view.bucket else _readings(view, step, limit, end)
    done = step.last and position[1] >= NO_HORIZON
    if done:
        return Slice(page, {}, _after(cursor), more=scope is None)
    stream, time, span = position
    return Slice(page, {}, replace(cursor, stream=stream, time=time, ordinal=span), more=True)


def _narrowed(view: View, scope: Scope | None) -> View:
    """Only the scope's streams and time; buckets stay whole."""
    if scope is None:
        return view
    wanted = set(scope.datastream_ids)
    members = tuple(member for member in view.members if member.datastream_id in wanted)
    size = view.bucket or 1
    until = min(view.until, scope.end - scope.end % size) if view.bucket else view.until
    return replace(view, members=members, start=max(view.start, scope.start - scope.start % size), until=until)


def _after(cursor: Cursor) -> Cursor:
    """Where the tail begins once the walk is over."""
    return Cursor(epoch=cursor.epoch, phase="tail", high=cursor.high, until=cursor.until)


def _next_step(members: tuple[Member, ...], cursor: Cursor, rows_at_once: int) -> _Step | None:
    """As many whole streams as fit, or the stream the walk stands in."""
    at = -1 if cursor.stream is None else cursor.stream // 8
    time = -1 if cursor.time is None else cursor.time
    rest = [
        member for member in members if member.datastream_id > at or (member.datastream_id == at and time < NO_HORIZON)
    ]
    if not rest:
        return None
    first = rest[0]
    begun = first.datastream_id == at
    if begun or first.rows > rows_at_once:
        return _Step(
            [first.datastream_id],
            last=len(rest) == 1,
            time=time if begun else -1,
            span=cursor.ordinal if begun else -1,
            large=True,
        )
    taken, total = 0, 0
    for member in rest:
        total += member.rows
        if taken and total > rows_at_once:
            break
        taken += 1
    return _Step([member.datastream_id for member in rest[:taken]], last=taken == len(rest))


def _readings(view: View, step: _Step, limit: int, end: int) -> tuple[Rows, tuple[int, int, int]]:
    condition, params = rows.visible(view)
    if end < NO_HORIZON:
        condition += " AND o.phenomenon_time < %(end)s"
        params |= {"end": to_datetime(end)}
    if step.time >= 0:
        condition += " AND (o.phenomenon_time, o.span) > (%(time)s, %(span)s)"
        params |= {"time": to_datetime(step.time), "span": step.span}
    # Counters may lag behind: a cap keeps memory bounded, and a capped page simply goes on after its last row.
    cap = limit if step.large else 2 * limit
    asked = rows.basis(view) | params | {"ids": step.ids}
    if not step.large:
        page = rows.readings(condition, asked, limit=cap, in_order=False)
        if len(page) < cap:
            return page, (step.ids[-1] * 8, NO_HORIZON, 0)
    page = rows.readings(condition, asked, limit=cap)
    if len(page) < cap:
        return page, (step.ids[-1] * 8, NO_HORIZON, 0)
    last = page[-1]
    return page, (int(last["stream"]), int(last["time"]), int(last["span"]))


def _buckets(view: View, step: _Step, limit: int) -> tuple[Rows, tuple[int, int, int]]:
    size = view.bucket or 1
    lower = max(view.start, step.time + 1)
    upper = view.until
    if step.large:
        found = time_after(step.ids, lower, view.until, offset=budget(view, limit))
        upper = view.until if found is None else min(view.until, max(found - found % size, lower - lower % size + size))
    params: dict[str, Any] = {"ids": step.ids, "lower": to_datetime(lower), "upper": to_datetime(upper)}
    page = rows.buckets("o.phenomenon_time >= %(lower)s AND o.phenomenon_time < %(upper)s", rows.basis(view) | params)
    if upper >= view.until:
        return page, (step.ids[-1] * 8, NO_HORIZON, 0)
    return page, (step.ids[0] * 8, upper - 1, LAST_SPAN)

"""What readers who are no peers get to see of datastreams: by the statements and terms of the feed.

Nothing here is a disclosure to a peer and nothing is entered in the ledger: what is public is public, and the city's
own staff read their own data. Who may read what, ``holdings`` says; these functions do what they are told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from apps.core import packed
from apps.policies import horizons
from apps.policies.terms import Terms
from apps.provider.selectors import extras, rows, snapshot
from apps.provider.types import NO_HORIZON, Member, Rows, Scope, Slice, View, to_datetime
from apps.sensors import selectors as sensors
from apps.wire.cursors import Cursor

_CONDENSED = {
    "stream": "int4",
    "time": "time",
    "first": "time",
    "least": "float8",
    "mean": "float8",
    "most": "float8",
    "count": "int8",
    "suppressed": "int8",
}
_TOLD = """(o.result IS NULL AND o.extra = '{"suppressed": true}'::jsonb)"""
"""How a replica keeps what its owner suppressed."""
RECENT = timedelta(days=2)


@dataclass(frozen=True, slots=True, eq=False)
class Condensed:
    """Points (stream, time, first, least, mean, most, count, suppressed) by stream and time; ``step`` µs of a slot.

    ``time`` is the start of the slot, ``first`` the time of its first row. A stream is datastream * 8 + code.
    """

    points: Rows
    step: int


def public_view(datastream_ids: Collection[int], terms: Terms, *, at: datetime) -> View:
    """What everybody may see of these datastreams under ``terms`` at ``at``."""
    horizon = horizons.horizon(terms, at)
    return View(
        agreement_id=0,
        agreement_uid="",
        dataset_id=0,
        terms=terms,
        members=_members(datastream_ids),
        start=max(0, horizon.start_us or 0),
        until=NO_HORIZON if horizon.until_us is None else max(0, horizon.until_us),
        bucket=horizons.bucket_us(terms),
    )


def whole_view(datastream_ids: Collection[int], *, at: datetime) -> View:
    """Everything that is stored of these datastreams: for the city's own people, and for replicas as they came."""
    return public_view(datastream_ids, Terms(), at=at)


def read_rows(view: View, *, after: Cursor | None, start: int, end: int, limit: int) -> tuple[Slice, Cursor | None]:
    """Rows with start <= time < end (µs) after the cursor, by (stream, time, span), and the cursor after them.

    Of raw readings at most ``limit``; buckets stay whole and a page holds about as many. A cursor gives no right: it
    can only skip or repeat. The cursor is None when there is no more.
    """
    cursor = after or Cursor(epoch=0, phase="snapshot", high=0, until=min(view.until, NO_HORIZON))
    cursor = replace(cursor, phase="snapshot", until=_whole_buckets(view, min(cursor.until, view.until)))
    if not view.bucket:
        return _readings(replace(view, until=cursor.until), cursor, start, end, limit)
    scope = Scope(tuple(view.ids), start, end)
    page = snapshot.read(view, cursor, limit=limit, scope=scope)
    return page, page.next_cursor if page.more else None


def condensed(view: View, *, start: int, end: int, step: int) -> Condensed:
    """The rows with start <= time < end condensed to one point in ``step`` µs for each stream; peaks survive.

    What the terms hide does not enter into any number but the count of what is hidden.
    """
    if view.bucket:
        return _condensed_buckets(view, start, end, step)
    condition, horizon = rows.visible(view)
    bounds = {"lower": to_datetime(max(start, view.start)), "upper": to_datetime(end), "slot": step // 1_000_000}
    params = rows.basis(view, **bounds) | horizon
    hidden = f"({rows.hidden_reading(params)} OR {_TOLD})"
    points = packed.read(
        f"""
        SELECT ds * 8 AS stream, slot AS time, min(at) AS first,
               COALESCE(min(result), 'NaN') AS least, COALESCE(avg(result), 'NaN') AS mean,
               COALESCE(max(result), 'NaN') AS most, count(result) AS count,
               count(*) FILTER (WHERE hidden) AS suppressed
          FROM (SELECT o.datastream_id AS ds, o.phenomenon_time AS at, {hidden} AS hidden,
                       CASE WHEN {hidden} THEN NULL ELSE o.result END AS result,
                       date_bin(make_interval(secs => %(slot)s), o.phenomenon_time,
                                timestamptz '1970-01-01 00:00:00+00') AS slot
                  FROM sensors_observation o
                 WHERE o.datastream_id = ANY(%(ids)s::int4[])
                   AND o.phenomenon_time >= %(lower)s AND o.phenomenon_time < %(upper)s AND {condition}) read
         GROUP BY ds, slot HAVING count(result) > 0 OR count(*) FILTER (WHERE hidden) > 0
         ORDER BY ds, slot
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        _CONDENSED,
    )
    return Condensed(points, step)


def latest(view: View) -> Rows:
    """The latest visible row of each stream; streams without any are missing."""
    if view.bucket:
        return rows.last_buckets(rows.basis(view, until=to_datetime(view.until)))
    found = _latest_readings(view, view.ids, RECENT)
    missing = sorted(set(view.ids) - set((found["stream"] // 8).tolist()))
    if missing:
        older = _latest_readings(view, missing, None)
        found = np.concatenate([found, older])
    extras.of(found)  # turns what a replica's owner suppressed into the mark
    return found[np.argsort(found["stream"], kind="stable")]


def data_days(view: View, days: Sequence[date]) -> list[date]:
    """Those of these UTC days from which anything is visible."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.day FROM unnest(%(days)s::date[]) AS d (day) WHERE EXISTS (
                SELECT FROM sensors_observation o WHERE o.datastream_id = ANY(%(ids)s::int4[])
                   AND o.phenomenon_time >= d.day::timestamp AT TIME ZONE 'UTC'
                   AND o.phenomenon_time < (d.day + 1)::timestamp AT TIME ZONE 'UTC'
                   AND o.phenomenon_time >= %(start)s AND o.phenomenon_time < %(until)s)
             ORDER BY 1
            """,
            {"days": list(days), "ids": view.ids, "start": to_datetime(view.start), "until": to_datetime(view.until)},
        )
        return [row[0] for row in cursor.fetchall()]


def _members(datastream_ids: Collection[int]) -> tuple[Member, ...]:
    found = sensors.datastreams(datastream_ids).order_by("pk").values_list("pk", "kind", "state__observation_count")
    return tuple(Member(pk, kind == "count", count or 0) for pk, kind, count in found)


def _whole_buckets(view: View, until: int) -> int:
    return until - until % view.bucket if view.bucket else until


def _readings(view: View, cursor: Cursor, start: int, end: int, limit: int) -> tuple[Slice, Cursor | None]:
    """The rest of the datastream in which the cursor stands, then those after it."""
    condition, horizon = rows.visible(view)
    bounds = {"start": to_datetime(max(start, view.start)), "upper": to_datetime(min(end, NO_HORIZON))}
    where = f"o.phenomenon_time < %(upper)s AND {condition}"
    params = rows.basis(view) | horizon | bounds
    page, here = rows.EMPTY, -1
    if cursor.stream is not None and cursor.time is not None:
        here = cursor.stream // 8
        at = to_datetime(cursor.time)
        rest = params | {"ids": [here], "start": max(at, bounds["start"]), "time": at, "span": cursor.ordinal}
        if here in set(view.ids):
            page = rows.ordered_readings(
                f"{where} AND (o.phenomenon_time, o.span) > (%(time)s, %(span)s)", rest, limit=limit
            )
    ids = [pk for pk in view.ids if pk > here]
    if ids and len(page) < limit:
        page = np.concatenate([page, rows.ordered_readings(where, params | {"ids": ids}, limit=limit - len(page))])
    if len(page) < limit:
        return Slice(page, extras.of(page), None, more=False), None
    last = page[-1]
    moved = replace(cursor, stream=int(last["stream"]), time=int(last["time"]), ordinal=int(last["span"]))
    return Slice(page, extras.of(page), moved, more=True), moved


def _latest_readings(view: View, ids: list[int], within: timedelta | None) -> Rows:
    """With ``within`` only near the datastream's last reading or the horizon, which nearly always is enough."""
    condition, horizon = rows.visible(view)
    near = ""
    if within is not None:
        near = " AND o.phenomenon_time >= LEAST(s.last_time, %(horizon)s) - %(within)s"
    params = rows.basis(view) | horizon | {"ids": ids, "horizon": to_datetime(view.until), "within": within}
    return packed.read(
        f"""
        SELECT r.* FROM unnest(%(ids)s::int4[]) AS d (id)
          JOIN sensors_datastreamstate s ON s.datastream_id = d.id
         CROSS JOIN LATERAL (
            SELECT {rows.reading(params)}
              FROM sensors_observation o
             WHERE o.datastream_id = d.id AND o.phenomenon_time >= %(start)s AND {condition}{near}
             ORDER BY o.phenomenon_time DESC, o.span DESC LIMIT 1) AS r
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        rows.FIELDS,
    )


def _condensed_buckets(view: View, start: int, end: int, step: int) -> Condensed:
    size = view.bucket or 1
    step = max(step - step % size, size)
    lower, upper = max(view.start, start - start % size), min(view.until, -(-end // size) * size)
    params: dict[str, Any] = rows.basis(view, lower=to_datetime(lower), upper=to_datetime(upper))
    found = rows.buckets("o.phenomenon_time >= %(lower)s AND o.phenomenon_time < %(upper)s", params)
    return Condensed(condense(found, step), step)


def condense(found: Rows, step: int) -> Rows:
    """Rows by (stream, time) as one point in ``step`` µs for each stream."""
    slot = found["time"] - found["time"] % step
    new = np.ones(len(found), dtype=bool)
    new[1:] = (found["stream"][1:] != found["stream"][:-1]) | (slot[1:] != slot[:-1])
    starts = np.flatnonzero(new)
    points = np.empty(len(starts), dtype=[(name, _host(kind)) for name, kind in _CONDENSED.items()])
    if not len(starts):
        return points
    known = ~np.isnan(found["result"])
    points["stream"], points["time"], points["first"] = found["stream"][starts], slot[starts], found["time"][starts]
    points["count"] = np.add.reduceat(known.astype(np.int64), starts)
    points["suppressed"] = np.add.reduceat(((found["mark"] & 3) == 1).astype(np.int64), starts)
    points["least"] = np.fmin.reduceat(found["result"], starts)
    points["most"] = np.fmax.reduceat(found["result"], starts)
    total = np.add.reduceat(np.where(known, found["result"], 0.0), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        points["mean"] = np.where(points["count"] > 0, total / points["count"], np.nan)
    return points


def _host(kind: str) -> str:
    return {"int4": "=i4", "int8": "=i8", "time": "=i8", "float8": "=f8"}[kind]

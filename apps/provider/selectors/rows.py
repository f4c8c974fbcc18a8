"""The terms in SQL: every statement that takes observations out of the database for a peer.

Each gives rows (stream, time, span, result, mark) in that order; nothing that the terms withhold leaves PostgreSQL.
``mark`` is the page's flag (0 value, 1 suppressed, 2 deleted), plus 8 where the row carries more than a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from apps.core import packed
from apps.provider.types import LONGEST_SPAN_S, NO_HORIZON, Rows, View, to_datetime

FIELDS = {"stream": "int4", "time": "time", "span": "int4", "result": "float8", "mark": "int2"}
MORE = 8

_END = f"o.phenomenon_time + LEAST(o.span, {LONGEST_SPAN_S}) * interval '1 second'"
_BUCKET = "date_bin(make_interval(secs => %(step)s), {time}, timestamptz '1970-01-01 00:00:00+00')"
_HIDDEN_READING = "(o.datastream_id = ANY(%(counted)s::int4[]) AND o.result > 0 AND o.result < %(below)s)"
_HIDDEN_BUCKET = (
    "(CASE WHEN ds = ANY(%(counted)s::int4[]) THEN (total > 0 AND total < %(below)s)"
    " OR (2 = ANY(%(codes)s::int4[]) AND least > 0 AND least < %(below)s)"
    " OR (3 = ANY(%(codes)s::int4[]) AND most > 0 AND most < %(below)s)"
    " ELSE n < %(below)s END)"
)
"""Counts of people or things are judged by their values, anything else by how many readings made it. A bucket is hidden
as a whole: one statistic left standing would give away the others."""

EMPTY: Rows = np.empty(
    0, dtype=[("stream", "=i4"), ("time", "=i8"), ("span", "=i4"), ("result", "=f8"), ("mark", "=i2")]
)


def basis(view: View, **more: Any) -> dict[str, Any]:
    """The parameters every statement below understands."""
    return {
        "ids": view.ids,
        "counted": view.counted,
        "below": view.terms.suppress_below or 0,
        "codes": list(view.codes),
        "start": to_datetime(view.start),
        "step": (view.bucket or 0) // 1_000_000,
        **more,
    }


def readings(where: str, params: Mapping[str, Any], *, limit: int | None = None, in_order: bool = True) -> Rows:
    """Raw readings of the datastreams ``ids`` within the history window; unsorted ones are sorted faster by numpy."""
    order = "ORDER BY o.datastream_id, o.phenomenon_time, o.span" if in_order else ""
    return packed.read(
        f"""
        SELECT {reading(params)}
          FROM sensors_observation o
         WHERE o.datastream_id = ANY(%(ids)s::int4[]) AND o.phenomenon_time >= %(start)s AND {where}
         {order}
        """  # noqa: S608 - our own fragments; values go as parameters
        + ("" if limit is None else f" LIMIT {int(limit)}"),
        params,
        FIELDS,
    )


def ordered_readings(where: str, params: Mapping[str, Any], *, limit: int) -> Rows:
    """Like ``readings``, in order and at most ``limit``, datastream by datastream and month by month.

    So a page costs what it returns: an ordinary ORDER BY would sort the rest of the table for every page.
    """
    return packed.read(
        f"""
        SELECT r.* FROM (SELECT u.id FROM unnest(%(ids)s::int4[]) AS u (id) ORDER BY u.id) AS d
         CROSS JOIN LATERAL (
            SELECT {reading(params)}
              FROM sensors_observation o
             WHERE o.datastream_id = d.id AND o.phenomenon_time >= %(start)s AND {where}
             ORDER BY o.phenomenon_time, o.span) AS r
         LIMIT {int(limit)}
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        FIELDS,
    )


def hidden_reading(params: Mapping[str, Any]) -> str:
    """The condition "this single reading is a count too small to tell" on rows ``o``."""
    # Without counts to hide, the conditions are left out: they would cost a quarter of the time.
    return _HIDDEN_READING if params["counted"] and params["below"] else "false"


def reading(params: Mapping[str, Any]) -> str:
    """One raw reading as stream, time, span, result and mark."""
    hidden = hidden_reading(params)
    return f"""o.datastream_id * 8 AS stream, o.phenomenon_time AS time, o.span,
               CASE WHEN {hidden} THEN 'NaN' ELSE COALESCE(o.result, 'NaN') END AS result,
               (CASE WHEN {hidden} THEN 1
                     WHEN o.extra IS NOT NULL OR o.result_time IS NOT NULL THEN {MORE} ELSE 0 END)::int2 AS mark"""


def deletions(where: str, params: Mapping[str, Any]) -> Rows:
    """Keys of deleted readings of the datastreams ``ids`` that are not there again; they travel whatever the window."""
    return packed.read(
        f"""
        SELECT o.datastream_id * 8 AS stream, o.phenomenon_time AS time, o.span,
               'NaN'::float8 AS result, 2::int2 AS mark
          FROM sensors_tombstone o
         WHERE o.datastream_id = ANY(%(ids)s::int4[]) AND {where}
           AND NOT EXISTS (SELECT FROM sensors_observation n WHERE n.datastream_id = o.datastream_id
                              AND n.phenomenon_time = o.phenomenon_time AND n.span = o.span)
         ORDER BY 1, 2, 3
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        FIELDS,
    )


def buckets(where: str, params: Mapping[str, Any]) -> Rows:
    """Statistics of whole buckets, made of all numeric readings of ``ids`` in the window that satisfy ``where``."""
    return packed.read(
        f"""
        WITH bucketed AS (
            SELECT o.datastream_id AS ds, {_BUCKET.format(time="o.phenomenon_time")} AS bucket, {_statistics()}
              FROM sensors_observation o
             WHERE o.datastream_id = ANY(%(ids)s::int4[]) AND o.phenomenon_time >= %(start)s
               AND o.result IS NOT NULL AND {where}
             GROUP BY 1, 2)
        {_spread("true")}
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        FIELDS,
    )


def last_buckets(params: Mapping[str, Any]) -> Rows:
    """The statistics of each datastream's latest bucket that has readings and ends by ``until``."""
    return packed.read(
        f"""
        WITH bucketed AS (
            SELECT ds, bucket, n, total, least, most
              FROM unnest(%(ids)s::int4[]) AS d (ds) CROSS JOIN LATERAL (
                   SELECT {_BUCKET.format(time="max(o.phenomenon_time)")} AS bucket FROM sensors_observation o
                    WHERE o.datastream_id = ds AND o.result IS NOT NULL
                      AND o.phenomenon_time >= %(start)s AND o.phenomenon_time < %(until)s) latest
             CROSS JOIN LATERAL (
                   SELECT {_statistics()} FROM sensors_observation o
                    WHERE o.datastream_id = ds AND o.result IS NOT NULL AND o.phenomenon_time >= bucket
                      AND o.phenomenon_time < bucket + make_interval(secs => %(step)s)) statistics
             WHERE bucket IS NOT NULL)
        {_spread("true")}
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        FIELDS,
    )


def touched_buckets(written: str, deleted: str, params: Mapping[str, Any]) -> Rows:
    """The closed buckets that writes and deletions touched, made anew from what is there; an emptied one as deletion.

    ``written`` and ``deleted`` pick rows ``o`` of observations and tombstones; only buckets that end by ``closed``.
    Each bucket is a lateral look-up of its own: as one range join the planner compared every bucket of a datastream
    with all its rows (measured: minutes for 90,000 buckets).
    """
    return packed.read(
        f"""
        WITH touched AS (
            SELECT DISTINCT ds, {_BUCKET.format(time="at")} AS bucket
              FROM (SELECT o.datastream_id AS ds, o.phenomenon_time AS at FROM sensors_observation o
                     WHERE o.datastream_id = ANY(%(ids)s::int4[]) AND {written}
                     UNION ALL
                    SELECT o.datastream_id, o.phenomenon_time FROM sensors_tombstone o
                     WHERE o.datastream_id = ANY(%(ids)s::int4[]) AND {deleted}) changes
             WHERE {_BUCKET.format(time="at")} + make_interval(secs => %(step)s) <= %(closed)s),
        bucketed AS (
            SELECT ds, bucket, n, total, least, most
              FROM touched CROSS JOIN LATERAL (
                   SELECT {_statistics()} FROM sensors_observation o
                    WHERE o.datastream_id = ds AND o.phenomenon_time >= bucket AND o.result IS NOT NULL
                      AND o.phenomenon_time < bucket + make_interval(secs => %(step)s)) statistics)
        {_spread("(bucketed.n = 0 OR bucketed.bucket >= %(start)s)")}
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        FIELDS,
    )


def _statistics() -> str:
    """Sums as numeric: their result must not depend on the order in which rows happen to lie on disk."""
    return "count(o.result) AS n, sum(o.result::numeric) AS total, min(o.result) AS least, max(o.result) AS most"


def _spread(condition: str) -> str:
    """One row for each statistic asked for, out of ``bucketed``."""
    return f"""
        SELECT ds * 8 + v.code AS stream, bucket AS time, %(step)s::int4 AS span,
               CASE WHEN n = 0 OR {_HIDDEN_BUCKET} THEN 'NaN' ELSE v.value END AS result,
               (CASE WHEN n = 0 THEN 2 WHEN {_HIDDEN_BUCKET} THEN 1 ELSE 0 END)::int2 AS mark
          FROM bucketed CROSS JOIN LATERAL (VALUES
               (1, (total / NULLIF(n, 0))::float8), (2, least), (3, most), (4, n::float8), (5, total::float8)
          ) AS v(code, value)
         WHERE v.code = ANY(%(codes)s::int4[]) AND {condition}
         ORDER BY 1, 2
    """  # noqa: S608 - our own fragments; values go as parameters


def visible(view: View) -> tuple[str, dict[str, Any]]:
    """Condition and parameters for "lies before the horizon" on rows ``o``."""
    return before("until", view.until)


def before(name: str, until: int) -> tuple[str, dict[str, Any]]:
    """Condition "ends by ``until``" on rows ``o``, its parameter called ``name``."""
    if until >= NO_HORIZON:
        return "true", {}
    return f"o.phenomenon_time < %({name})s AND {_END} <= %({name})s", {name: to_datetime(until)}


def between(after: int, until: int) -> tuple[str, dict[str, Any]]:
    """Condition "ends after ``after`` and by ``until``"; readings are found by the index on their begin."""
    condition, params = before("until", until)
    earliest = to_datetime(max(0, after - LONGEST_SPAN_S * 1_000_000))
    return (
        f"{condition} AND o.phenomenon_time >= %(earliest)s AND {_END} > %(after)s",
        params | {"earliest": earliest, "after": to_datetime(after)},
    )

"""What one reader may be told of: observations that came with certain batches, and those whose delay is over.

The limits of ``access`` are conditions of the statement: what a reader may not read does not leave PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from apps.holdings.types import Access, Limits
from apps.sensors.selectors import BatchRange
from apps.sensors.types import EARLIEST, LATEST, datetime_of

AT_ONCE = 10_000
LONGEST_SPAN = timedelta(days=1)
_END = "o.phenomenon_time + LEAST(o.span, 86400) * interval '1 second'"
_READ = """
SELECT o.id, o.datastream_id, o.phenomenon_time, o.span, o.result, o.result_time, o.feature_id, o.extra::text
  FROM sensors_observation o
  JOIN unnest(%(ids)s::int[], %(starts)s::timestamptz[], %(untils)s::timestamptz[], %(below)s::float8[])
       AS r (id, start, until, below) ON r.id = o.datastream_id
 WHERE o.phenomenon_time >= %(first)s AND o.phenomenon_time <= %(last)s
   AND o.phenomenon_time >= r.start AND o.phenomenon_time < r.until AND {end} < r.until
   AND NOT (r.below > 0 AND o.result > 0 AND o.result < r.below AND EXISTS (
        SELECT FROM sensors_datastream d WHERE d.id = o.datastream_id AND d.kind = 'count'))
   AND o.extra ->> 'suppressed' IS NULL
   AND {where}
 ORDER BY o.id
"""
_WRITTEN = _READ.format(end=_END, where="o.id BETWEEN %(low)s AND %(high)s")
_MATURED = _READ.format(
    end=_END,
    where=f"{_END} >= r.until - %(elapsed)s AND o.phenomenon_time >= r.until - %(elapsed)s - interval '1 day'",
)


class News(NamedTuple):
    """One observation as it is stored; times are aware (UTC), ``span`` is seconds, ``result`` None for no number,
    ``extra`` JSON text. Small counts that terms suppress are no news: a reader learns nothing of them."""

    id: int
    datastream_id: int
    time: datetime
    span: int
    result: float | None
    result_time: datetime | None
    feature_id: int | None
    extra: str | None


def written(*, access: Access, batch: BatchRange) -> Iterator[list[News]]:
    """The observations that a batch wrote and that still stand so, as far as the reader may read them.

    In the order of their ids, in lists of at most 10,000, each read by a statement of its own.
    """
    limits = _limits(access, batch.datastream_ids)
    if not limits or batch.first_time is None:
        return
    span = {"first": batch.first_time, "last": batch.last_time}
    for low in range(batch.low, batch.low + batch.rows, AT_ONCE):
        if rows := _read(_WRITTEN, limits, {**span, "low": low, "high": low + AT_ONCE - 1}):
            yield rows


def matured(*, access: Access, elapsed: timedelta) -> list[News]:
    """The observations that became readable within the last ``elapsed`` because their terms' delay has passed."""
    delayed = {pk: limits for pk, limits in access.limited.items() if limits.until is not None}
    untils = [limits.until for limits in delayed.values() if limits.until is not None]
    if not delayed:
        return []
    span = {"first": min(untils) - elapsed - LONGEST_SPAN, "last": max(untils)}
    return _read(_MATURED, delayed, {**span, "elapsed": elapsed})


def _limits(access: Access, touched: Sequence[int]) -> dict[int, Limits]:
    whole = {pk: Limits() for pk in touched if access.everything or pk in access.whole}
    return whole | {pk: access.limited[pk] for pk in touched if pk in access.limited}


def _read(statement: str, limits: Mapping[int, Limits], params: Mapping[str, Any]) -> list[News]:
    readable: dict[str, Any] = {
        "ids": list(limits),
        "starts": [one.start or datetime_of(EARLIEST) for one in limits.values()],
        "untils": [one.until or datetime_of(LATEST) for one in limits.values()],
        "below": [float(one.suppress_below or 0) for one in limits.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, {**readable, **params})
        return [News(*row) for row in cursor.fetchall()]

"""A replica's rows as the owner would number them: from our own tables, for digests and for what is too much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from apps.consumer.models import Refetch, ReplicaStream, Subscription
from apps.consumer.types import LONGEST_SPAN_S, NO_HORIZON, Fetched, to_datetime
from apps.core import packed
from apps.policies import horizons
from apps.policies import terms as policy_terms
from apps.sensors import types as sensor_types
from apps.sensors.selectors import tails
from apps.wire.columns import Columns

MORE = 8
_FIELDS = {"datastream": "int4", "time": "time", "span": "int4", "result": "float8", "mark": "int2"}
_END = f"o.phenomenon_time + LEAST(o.span, {LONGEST_SPAN_S}) * interval '1 second'"


def datastreams_of(subscription: Subscription, streams: Sequence[int] | None = None) -> dict[int, int]:
    """Datastream → the owner's stream, of all streams or of those named."""
    found = ReplicaStream.objects.filter(subscription=subscription)
    if streams is not None:
        found = found.filter(stream__in=list(streams))
    return dict(found.values_list("datastream_id", "stream"))


def columns(
    places: dict[int, int], *, start: int, end: int, until: int = NO_HORIZON, with_extra: bool = True
) -> Columns:
    """Rows of these datastreams with start <= time < end that end by ``until``, sorted as in a page."""
    condition, params = "true", {"ids": sorted(places), "start": to_datetime(start), "end": to_datetime(end)}
    if until < NO_HORIZON:
        condition = f"o.phenomenon_time < %(until)s AND {_END} <= %(until)s"
        params["until"] = to_datetime(until)
    found = packed.read(
        f"""
        SELECT o.datastream_id AS datastream, o.phenomenon_time AS time, o.span,
               COALESCE(o.result, 'NaN') AS result,
               (CASE WHEN o.extra IS NOT NULL OR o.result_time IS NOT NULL THEN {MORE} ELSE 0 END)::int2 AS mark
          FROM sensors_observation o
         WHERE o.datastream_id = ANY(%(ids)s::int4[]) AND o.phenomenon_time >= %(start)s
           AND o.phenomenon_time < %(end)s AND {condition}
        """,  # noqa: S608 - our own fragments; values go as parameters
        params,
        _FIELDS,
    )
    flag = np.zeros(len(found), dtype=np.uint8)
    extra = _extra(found, flag) if with_extra else None
    if not with_extra:
        found["result"] = np.nan
    return Columns(
        stream=_streams(places, found["datastream"]),
        time=np.ascontiguousarray(found["time"]),
        span=np.ascontiguousarray(found["span"]),
        result=np.ascontiguousarray(found["result"]),
        flag=flag,
        extra=extra,
    ).arranged()


def surplus(subscription: Subscription, refetch: Refetch, page: Fetched) -> Columns:
    """Rows held here in the stretch that this page covers and which the page does not have: the owner deleted them.

    Left alone is what the owner may not have given in this walk: what came of age after it began, and what has left the
    history window.
    """
    after, up_to = page.position, page.next_position
    walk_until = up_to.until or NO_HORIZON
    horizon = horizons.horizon(policy_terms.parse(subscription.agreement.terms), page.as_of)
    first = -1 if after is None or after.stream is None else after.stream // 8
    last = up_to.stream // 8 if page.more and up_to.stream is not None else 2**31
    wanted = [stream for stream in refetch.streams if first <= stream // 8 <= last]
    places = datastreams_of(subscription, wanted)
    if not places:
        return page.columns.take(np.arange(0))
    start = max(refetch.start, horizon.start_us or 0)
    if horizons.bucket_us(policy_terms.parse(subscription.agreement.terms)):
        held = columns(places, start=start, end=min(refetch.end, walk_until), with_extra=False)
    else:
        held = columns(places, start=start, end=refetch.end, until=walk_until, with_extra=False)
    inside = _after(held, after) & ~_after(held, up_to if page.more else None, beyond=True)
    held = held.take(np.flatnonzero(inside))
    return held.take(np.flatnonzero(~np.isin(_keys(held), _keys(page.columns))))


def _after(held: Columns, position: Any, *, beyond: bool = False) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows come after a position of the walk, in its order (datastream at the owner, time, span)."""
    if position is None or position.stream is None:
        return np.full(len(held), not beyond)
    owner = held.stream // 8
    here = position.stream // 8
    later = (held.time > position.time) | ((held.time == position.time) & (held.span > position.ordinal))
    return np.asarray((owner > here) | ((owner == here) & later))


def _keys(rows: Columns) -> np.ndarray[Any, np.dtype[np.void]]:
    keys = np.empty(len(rows), dtype=[("stream", "i4"), ("time", "i8"), ("span", "i4")])
    keys["stream"], keys["time"], keys["span"] = rows.stream, rows.time, rows.span
    return keys


def _streams(places: dict[int, int], datastream: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.int32]]:
    pairs = np.array(sorted(places.items()), dtype=np.int32).reshape(-1, 2)
    return np.ascontiguousarray(pairs[np.searchsorted(pairs[:, 0], datastream), 1])


def _extra(found: np.ndarray[Any, Any], flag: np.ndarray[Any, np.dtype[np.uint8]]) -> list[str | None] | None:
    """The texts by row; one that tells "suppressed" becomes the flag again."""
    marked = np.flatnonzero(found["mark"] & MORE)
    if not len(marked):
        return None
    part = found[marked]
    extra: list[str | None] = [None] * len(found)
    for at, text in tails.texts(datastream=part["datastream"], time=part["time"], span=part["span"]).items():
        row = int(marked[at])
        if text == sensor_types.SUPPRESSED_EXTRA and np.isnan(found["result"][row]):
            flag[row] = sensor_types.FLAG_SUPPRESSED
        else:
            extra[row] = text
    return extra

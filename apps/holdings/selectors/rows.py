"""Rows for exports and pages: a bounded number in memory, the right asked again with every one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import Invalid
from apps.holdings.selectors.holdings import Principal
from apps.holdings.selectors.holdings import holding as as_it_stands
from apps.holdings.selectors.places import streams_of
from apps.holdings.selectors.series import bounds
from apps.holdings.selectors.views import view_of
from apps.holdings.types import Chunk, Estimate, Holding
from apps.provider import selectors as provider
from apps.provider.types import CODES, SUPPRESSED, Rows
from apps.sensors.types import EARLIEST, LATEST, micros
from apps.wire import cursors

CHUNK: Final = 20_000
BYTES_PER_ROW: Final = {"csv": 100, "json": 125, "geojson": 330, "parquet": 9}
"""Rough sizes; a test holds them within a factor of three."""


class Afresh(Protocol):
    """Reads a holding again by its key; raises NotFound where it may not be seen any more."""

    def __call__(self, principal: Principal, key: str, *, at: datetime | None = None) -> Holding: ...


def rows(
    principal: Principal,
    holding: Holding,
    *,
    datastream_ids: Collection[int] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    at: datetime | None = None,
    chunk: int = CHUNK,
    afresh: Afresh = as_it_stands,
) -> Iterator[Chunk]:
    """All rows of the holding with start <= time < end, about ``chunk`` at a time.

    Before each further chunk the right is asked again, by ``afresh``: what is withdrawn meanwhile ends the export with
    NotFound.
    """
    cursor = ""
    current = holding
    while True:
        moment = at or clock.now()
        part = page(
            principal,
            current,
            datastream_ids=datastream_ids,
            start=start,
            end=end,
            cursor=cursor,
            limit=chunk,
            at=moment,
        )
        yield part
        cursor = part.cursor
        if not cursor:
            return
        current = afresh(principal, holding.key, at=at)


def page(
    principal: Principal,
    holding: Holding,
    *,
    datastream_ids: Collection[int] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    cursor: str = "",
    limit: int = 1_000,
    at: datetime | None = None,
) -> Chunk:
    """The rows after ``cursor``: at most ``limit`` readings, or about as many buckets (they stay whole).

    Raises Invalid for a cursor that is none; NotFound, NotPermitted as ``view_of``.
    """
    lower, upper = _range(start, end)
    view = view_of(principal, holding, datastream_ids, at=at or clock.now())
    after = cursors.parse(cursor) if cursor else None
    if after is not None and after.stream is None:
        raise Invalid(_("This cursor is none of ours."), part="cursor")
    found, moved = provider.read_rows(view, after=after, start=lower, end=upper, limit=limit)
    part = found.rows
    if view.bucket:
        part = part[np.lexsort((part["stream"], part["span"], part["time"], part["stream"] // 8))]
    return Chunk(
        datastream=np.ascontiguousarray(part["stream"] // 8),
        statistic=_statistics(holding, part),
        time=np.ascontiguousarray(part["time"]),
        span=np.ascontiguousarray(part["span"]),
        result=np.ascontiguousarray(part["result"]),
        suppressed=(part["mark"] & 3) == SUPPRESSED,
        extra=found.extra,
        cursor="" if moved is None else moved.encode(),
    )


def estimate(
    principal: Principal,
    holding: Holding,
    *,
    datastream_ids: Collection[int] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Estimate:
    """About how many rows and bytes ``rows`` will give, from counters alone: exact for the whole of raw data."""
    count = holding.observation_count
    if datastream_ids is not None and holding.datastream_ids:
        count = count * len(set(datastream_ids)) // len(holding.datastream_ids)
    if (start or end) and holding.first_time and holding.last_time:
        lower, upper = bounds(holding, start, end)
        first, last = micros(holding.first_time), micros(holding.last_time) + 1
        share = max(0, min(upper, last) - max(lower, first)) / max(1, last - first)
        count = int(count * share)
    return Estimate(count, {name: 2_000 + count * size for name, size in BYTES_PER_ROW.items()})


def _statistics(holding: Holding, part: Rows) -> npt.NDArray[np.int8]:
    """What each row is a statistic of; a replica keeps each statistic in a datastream of its own."""
    if not holding.is_replica:
        return (part["stream"] % 8).astype(np.int8)
    codes = {stream.id: CODES[stream.statistic] for stream in streams_of(holding) if stream.statistic in CODES}
    kinds, places = np.unique(part["stream"] // 8, return_inverse=True)
    return np.array([codes.get(int(kind), 0) for kind in kinds], dtype=np.int8)[places]


def _range(start: datetime | None, end: datetime | None) -> tuple[int, int]:
    lower = EARLIEST if start is None else max(EARLIEST, micros(start))
    upper = LATEST if end is None else min(LATEST, micros(end))
    if upper <= lower:
        raise Invalid(_("The time range ends before it begins."), part="end")
    return lower, upper

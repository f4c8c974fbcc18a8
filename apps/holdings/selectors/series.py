"""Lines for charts: under the reader's terms, condensed in the database, peaks kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import Invalid
from apps.holdings.selectors.holdings import Principal
from apps.holdings.selectors.places import streams_of
from apps.holdings.selectors.views import view_of
from apps.holdings.types import Holding, Series, Stream
from apps.holdings.types.rows import STATISTICS
from apps.policies import horizons
from apps.provider import selectors as provider
from apps.sensors.types import EARLIEST, LATEST, micros

MOST_POINTS: Final = 5_000
MOST_STREAMS: Final = 50
MINUTE, HOUR, DAY = 60, 3_600, 86_400
STEPS_S: Final = (
    1, 2, 5, 10, 15, 30,
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    DAY, 2 * DAY, 5 * DAY, 10 * DAY, 30 * DAY, 60 * DAY, 120 * DAY, 365 * DAY,
)  # fmt: skip
"""Slots people can read off an axis; the same ones for everybody."""


def series(
    principal: Principal,
    holding: Holding,
    datastream_ids: Collection[int] | None = None,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    points: int = 500,
    at: datetime | None = None,
) -> list[Series]:
    """One series for each datastream and statistic with anything in [start, end), at most ``points`` points each.

    Without times: from the first to the last visible reading. Raises Invalid for more than 5,000 points or 50
    datastreams or a range that ends before it begins; NotFound, NotPermitted as ``view_of``.
    """
    moment = at or clock.now()
    ids = sorted(set(holding.datastream_ids if datastream_ids is None else datastream_ids))
    lower, upper = bounds(holding, start, end)
    if not 1 <= points <= MOST_POINTS:
        raise Invalid(_("Ask for 1 to %d points.") % MOST_POINTS, part="points")
    if len(ids) > MOST_STREAMS:
        raise Invalid(_("At most %d datastreams at once.") % MOST_STREAMS, part="datastream")
    view = view_of(principal, holding, ids, at=moment)
    step = step_us(upper - lower, points, horizons.bucket_us(view.terms))
    found = provider.condensed(view, start=lower, end=upper, step=step)
    described = {stream.id: stream for stream in streams_of(holding, ids)}
    lines = found.points
    edges = np.flatnonzero(np.diff(lines["stream"])) + 1
    return [_line(part, described, found.step) for part in np.split(lines, edges) if len(part)]


def bounds(holding: Holding, start: datetime | None, end: datetime | None) -> tuple[int, int]:
    """[start, end) in µs UTC, by default what the holding has. Raises Invalid for a range that is none."""
    first = EARLIEST if holding.first_time is None else micros(holding.first_time)
    last = first if holding.last_time is None else micros(holding.last_time)
    lower = first if start is None else max(EARLIEST, micros(start))
    upper = max(last + 1, lower + 1) if end is None else min(LATEST, micros(end))
    if upper <= lower:
        raise Invalid(_("The time range ends before it begins."), part="end")
    return lower, upper


def step_us(length: int, points: int, bucket: int | None) -> int:
    """The smallest readable slot (µs) that needs no more than ``points`` for ``length`` µs; whole buckets of a view."""
    least = max(bucket or 0, 1)
    for seconds in STEPS_S:
        size = seconds * 1_000_000
        # A range that does not begin with a slot touches one more.
        if size >= least and size % least == 0 and length / size + 1 <= points:
            return size
    year = STEPS_S[-1] * 1_000_000
    return -(-length // (max(points - 1, 1) * year)) * year


def _line(points: Any, described: dict[int, Stream], step: int) -> Series:
    datastream, code = divmod(int(points["stream"][0]), 8)
    stream = described[datastream]
    alone = points["count"] + points["suppressed"] == 1
    expected = timedelta(seconds=stream.expected_interval_s or 0) // timedelta(microseconds=1)
    return Series(
        datastream_id=datastream,
        statistic=STATISTICS[code] or stream.statistic,
        name=stream.name,
        unit_symbol="" if STATISTICS[code] == "count" else stream.unit_symbol,
        time=np.where(alone, points["first"], points["time"]),
        least=np.ascontiguousarray(points["least"]),
        mean=np.ascontiguousarray(points["mean"]),
        most=np.ascontiguousarray(points["most"]),
        count=np.ascontiguousarray(points["count"]),
        suppressed=np.ascontiguousarray(points["suppressed"]),
        step=step,
        expected=expected,
    )

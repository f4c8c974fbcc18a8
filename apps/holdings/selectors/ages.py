"""How much of a dataset its reader sees, from when to when, and whether it is as fresh as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from apps.holdings.types import Freshness
from apps.policies import horizons
from apps.policies.terms import Terms
from apps.sensors.types import LATEST, datetime_of, micros

LATE_AFTER = 3
"""A value is late once this many times the expected interval has gone by without one."""
SILENT_AFTER = 24
LEEWAY = timedelta(minutes=1)


class Counted(Protocol):
    """A datastream with its counters."""

    @property
    def count(self) -> int | None:
        """Observations stored."""

    @property
    def first_time(self) -> datetime | None:
        """The earliest."""

    @property
    def last_time(self) -> datetime | None:
        """The latest."""

    @property
    def expected_interval_s(self) -> int | None:
        """How often one is to be expected."""

    @property
    def is_recording(self) -> bool:
        """Whether its readings are of the past, imported or played back."""

    @property
    def is_uploaded(self) -> bool:
        """Whether its latest readings came in a table that somebody uploaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The part of a holding that follows from counters, terms and clock."""

    first_time: datetime | None
    last_time: datetime | None
    observation_count: int
    freshness: Freshness
    age: timedelta | None
    expected: timedelta | None
    rhythm: timedelta | None

    def as_fields(self) -> dict[str, Any]:
        """By the names of ``Holding``."""
        return {name: getattr(self, name) for name in self.__slots__}


def seen(streams: Sequence[Counted], shaped_by: Terms | None, at: datetime, applied: Terms | None = None) -> Seen:
    """What the counters of these datastreams say to a reader who sees them ``shaped_by`` terms (None: as stored).

    ``applied`` are terms that shaped the rows before they came here: they let a value be late without being overdue.
    """
    ranges = [_range(one, shaped_by, at) for one in streams]
    begun = [first for first, _last, _count in ranges if first is not None]
    ended = [last for _first, last, _count in ranges if last is not None]
    last_time = max(ended, default=None)
    rhythm, expected = _expected(streams, shaped_by or applied)
    age = None if last_time is None else at - last_time
    return Seen(
        first_time=min(begun, default=None),
        last_time=last_time,
        observation_count=sum(count for _first, _last, count in ranges),
        freshness=_freshness(age, expected, _ended(streams)),
        age=age,
        expected=expected,
        rhythm=rhythm,
    )


def _range(one: Counted, terms: Terms | None, at: datetime) -> tuple[datetime | None, datetime | None, int]:
    first, last, count = one.first_time, one.last_time, one.count or 0
    if terms is None or first is None or last is None:
        return first, last, count
    horizon = horizons.horizon(terms, at)
    lower = max(micros(first), horizon.start_us or 0)
    upper = micros(last) if horizon.until_us is None else min(micros(last), horizon.until_us - 1)
    bucket = horizons.bucket_us(terms)
    if bucket:
        lower, upper = lower - lower % bucket, upper - upper % bucket
    if lower > upper:
        return None, None, 0
    share = (upper - lower + 1) / max(1, micros(last) - micros(first) + 1)
    rows = min(count, int(count * min(1.0, share)) + 1)
    if bucket:
        rows = min(rows, (upper - lower) // bucket + 1) * len(terms.statistics)
    return datetime_of(lower), datetime_of(min(upper, LATEST)), rows


def _expected(streams: Sequence[Counted], terms: Terms | None) -> tuple[timedelta | None, timedelta | None]:
    """The interval of the most talkative datastream, or the bucket's; and the same with how late it may come added."""
    intervals = [one.expected_interval_s for one in streams if one.expected_interval_s]
    bucket = horizons.bucket_us(terms) if terms else None
    if not intervals and not bucket:
        return None, None
    usual = timedelta(seconds=max((bucket or 0) // 1_000_000, min(intervals, default=0)))
    return usual, usual + (terms.delay if terms else timedelta(0))


def _ended(streams: Sequence[Counted]) -> Freshness | None:
    """What to say instead of late where nothing more comes by itself from any of them; None where something should."""
    if not streams or not all(one.is_recording or one.is_uploaded for one in streams):
        return None
    return Freshness.UPLOADED if any(one.is_uploaded for one in streams) else Freshness.RECORDED


def _freshness(age: timedelta | None, expected: timedelta | None, ended: Freshness | None) -> Freshness:
    if age is None or expected is None:
        return Freshness.UNKNOWN
    if age <= LATE_AFTER * expected + LEEWAY:
        return Freshness.FRESH
    if ended is not None:
        return ended
    return Freshness.LATE if age <= SILENT_AFTER * expected + LEEWAY else Freshness.SILENT

"""What part of time may be disclosed now: everything in microseconds since 1970, UTC.

Buckets are UTC buckets; a day is a UTC day, whatever the local clock says, so that every city cuts alike. A bucket is
disclosed only once it is closed and the delay has passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apps.policies.terms import Terms

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BUCKETS = {"PT15M": 900_000_000, "PT1H": 3_600_000_000, "P1D": 86_400_000_000}


@dataclass(frozen=True, slots=True)
class Horizon:
    """Disclosed is ``start_us <= time`` and ``time < until_us``; None means no limit.

    For buckets both are bucket starts: the bucket ``[t, t + bucket)`` is disclosed when ``start_us <= t < until_us``.
    """

    start_us: int | None
    until_us: int | None


def bucket_us(terms: Terms) -> int | None:
    """The length of a bucket in microseconds, None for raw values."""
    return BUCKETS.get(terms.resolution)


def horizon(terms: Terms, at: datetime) -> Horizon:
    """What ``terms`` let out at the moment ``at`` (aware). Grows monotonically with ``at``.

    Raw terms without a delay have no upper limit: values dated ahead of our clock are disclosed like any other.
    """
    now = to_us(at)
    bucket = bucket_us(terms)
    start = None if terms.window is None else now - duration_us(terms.window)
    if bucket is None:
        return Horizon(start, None if not terms.delay else now - duration_us(terms.delay) + 1)
    closed = (now - duration_us(terms.delay)) // bucket * bucket
    return Horizon(None if start is None else -(-start // bucket) * bucket, closed)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 of an aware moment, exactly."""
    return duration_us(moment - EPOCH)


def duration_us(duration: timedelta) -> int:
    """A duration in microseconds, exactly."""
    return duration // timedelta(microseconds=1)

"""What a reader may read row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What of a datastream's rows may be read: ``start`` <= time, and its end < ``until`` (UTC; None: no limit).

    The end of an interval counts a day after its start at the latest, as in the feed (``provider.types``).
    ``grid_m`` the grid in metres to which its place is coarsened, ``suppress_below`` k: counts of 1…k−1 are withheld.
    """

    start: datetime | None = None
    until: datetime | None = None
    grid_m: int | None = None
    suppress_below: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Which datastreams' observations one reader may read row by row, as they are stored, at one moment.

    ``everything``: all of them. Else ``whole`` datastreams without limit and ``limited`` ones within their limits; the
    two do not overlap. A datastream whose terms let out only statistics of buckets is in neither: its raw rows are not
    to be had, only what ``series`` makes of them. ``things`` are own ones that the reader may know of whatever they
    carry: a thing without datastreams is known by nothing else.
    """

    everything: bool = False
    whole: frozenset[int] = frozenset()
    limited: Mapping[int, Limits] = field(default_factory=dict)
    things: frozenset[int] = frozenset()

    @property
    def datastream_ids(self) -> frozenset[int]:
        """All datastreams the reader may know of; meaningless where ``everything`` is true."""
        return self.whole | frozenset(self.limited)

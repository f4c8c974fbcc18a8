"""Terms: what a city allows with a dataset. Immutable values; parsing is strict and fails closed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import rfc8785

from apps.policies import readers
from apps.policies.errors import ContradictoryTerms, UnknownTerm

VISIBILITIES: Final = ("internal", "peers", "public")
RESOLUTIONS: Final = ("raw", "PT15M", "PT1H", "P1D")
STATISTICS: Final = ("mean", "min", "max", "count", "sum")
ONWARD: Final = ("no", "peers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of a dataset's terms.

    ``resolution`` raw, or closed UTC buckets of 15 minutes, an hour or a day with ``statistics`` of each; ``delay``
    how long after its time (or its bucket's end) a value is disclosed; ``window`` how far back; ``grid_m`` the grid
    to which places are coarsened; ``suppress_below`` k: counts of 1…k−1 are suppressed; ``purposes`` empty means any;
    ``expires_at`` or ``valid_for`` (from the agreement's signing) end it; ``retention`` how long after receipt the
    consumer may keep a value; ``onward`` whether the consumer may share it further. Raises ContradictoryTerms.
    """

    visibility: str = "internal"
    resolution: str = "raw"
    statistics: tuple[str, ...] = ()
    delay: timedelta = timedelta(0)
    window: timedelta | None = None
    grid_m: int | None = None
    suppress_below: int | None = None
    purposes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    valid_for: timedelta | None = None
    retention: timedelta | None = None
    onward: str = "no"

    def __post_init__(self) -> None:
        if self.resolution == "raw" and self.statistics:
            raise ContradictoryTerms(
                "raw values have no statistics",
                part="statistics",
                remedy="leave them out or choose a coarser resolution",
            )
        if self.resolution != "raw" and not self.statistics:
            raise ContradictoryTerms(
                f"a resolution of {self.resolution} needs statistics",
                part="statistics",
                remedy="name mean, min, max, …",
            )
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise ContradictoryTerms("the time has no zone", part="expires_at", remedy="add Z or an offset")
        if self.onward != "no" and self.retention is not None:
            raise ContradictoryTerms(
                "what is shared onward cannot be deleted by the consumer alone",
                part="onward",
                remedy="either forbid onward sharing or leave the retention open",
            )

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values, only the clauses that say something; ``parse`` reads it back."""
        written = {item.name: readers.write(getattr(self, item.name)) for item in fields(self)}
        return {name: value for name, value in written.items() if value not in (None, [], "PT0S")}

    def digest(self) -> str:
        """``sha-256:<hex>`` over the canonical JSON (RFC 8785) of the mapping."""
        return "sha-256:" + hashlib.sha256(rfc8785.dumps(self.to_mapping())).hexdigest()

    def expiry(self, signed_at: datetime) -> datetime | None:
        """When an agreement signed then ends by itself (UTC): the earlier of the two limits, None without any."""
        limits = [limit for limit in (self.expires_at, self._end_of_validity(signed_at)) if limit is not None]
        return min(limits).astimezone(UTC) if limits else None

    def _end_of_validity(self, signed_at: datetime) -> datetime | None:
        return None if self.valid_for is None else signed_at + self.valid_for


READERS: Final = {
    "visibility": readers.one_of(*VISIBILITIES),
    "resolution": readers.one_of(*RESOLUTIONS),
    "statistics": readers.some_of(*STATISTICS),
    "delay": readers.duration(),
    "window": readers.duration(least=timedelta(seconds=1)),
    "grid_m": readers.whole(least=10, most=100_000),
    "suppress_below": readers.whole(least=2, most=1_000),
    "purposes": readers.words(),
    "expires_at": readers.moment(),
    "valid_for": readers.duration(least=timedelta(seconds=1)),
    "retention": readers.duration(least=timedelta(seconds=1)),
    "onward": readers.one_of(*ONWARD),
}


def parse(mapping: Mapping[str, Any]) -> Terms:
    """Terms from plain JSON values. Raises UnknownTerm for any clause or value not understood, ContradictoryTerms."""
    unknown = sorted(set(mapping) - set(READERS))
    if unknown:
        raise UnknownTerm(
            "no such clause is known here", part=unknown[0], remedy=f"known are {', '.join(sorted(READERS))}"
        )
    return Terms(**{name: READERS[name](name, value) for name, value in mapping.items() if value is not None})

"""What happened to a public dataset, for its feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ChangeKind(StrEnum):
    """What a feed tells of."""

    RELEASED = "released"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DATA = "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that happened at ``at``; ``number`` of the terms' version, ``day`` (UTC) of the data."""

    kind: ChangeKind
    at: datetime
    number: int | None = None
    day: date | None = None

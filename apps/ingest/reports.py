"""What an import tells: where every cell went, and what it is worth knowing about the files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from apps.ingest.formats.times import ZONE
from apps.ingest.formats.types import Tally

PERIOD = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: bytes of all files, readings so far, the file at hand."""

    file: str
    bytes_done: int
    bytes_total: int
    readings: int


@dataclass(slots=True)
class ImportReport:
    """The accounting of an import.

    ``cells == accepted + empty + described + quarantined``: every cell beside the time of every line, and of further
    head rows, is a reading the node has (``new``, ``corrected``, ``unchanged``), empty, described (a status or a
    capacity, kept with what it describes) or in quarantine with its reason. ``rows`` are lines with data. ``refused``
    are files that could not be read at all, with the reason; they stand in quarantine too. ``notes`` are for people.
    """

    files: int = 0
    rows: int = 0
    cells: int = 0
    accepted: int = 0
    new: int = 0
    corrected: int = 0
    unchanged: int = 0
    empty: int = 0
    described: int = 0
    quarantined: int = 0
    words: int = 0
    suspect: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def count(self, tally: Tally) -> None:
        """Take over what the reader counted."""
        self.rows += tally.lines
        self.cells += tally.cells
        self.accepted += tally.readings
        self.empty += tally.empty
        self.described += tally.described
        self.quarantined += tally.quarantined
        self.words += tally.words
        self.suspect += tally.suspect

    def add(self, other: ImportReport) -> None:
        """Add another report to this one."""
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused += other.refused
        self.notes += other.notes

    def as_dict(self) -> dict[str, object]:
        """All numbers and notes, for JSON and templates."""
        numbers: dict[str, object] = {name: getattr(self, name) for name in _NUMBERS}
        return numbers | {"refused": self.refused, "notes": self.notes}


_NUMBERS = (
    "files", "rows", "cells", "accepted", "new", "corrected", "unchanged", "empty", "described", "quarantined",
    "words", "suspect",
)  # fmt: skip


def ends_early(name: str, last_us: int | None) -> datetime | None:
    """When a file named after its month or day ends more than an hour before that: its last moment (Berlin)."""
    match = PERIOD.fullmatch(PurePath(name).stem)
    if match is None or last_us is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 0)
    try:
        begin = datetime(year, month, day or 1, tzinfo=ZONE)
    except ValueError:
        return None
    following = begin + timedelta(days=1 if day else 32)
    end = following if day else following.replace(day=1)
    last = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=last_us)).astimezone(ZONE)
    return last if last < end - timedelta(hours=1) else None

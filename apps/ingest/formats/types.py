"""What the readers of recordings hand on: descriptions of stations, columns, blocks of readings, and issues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

COUNT_OBSERVATION = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
ANY_OBSERVATION = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement as SensorThings wants it (OGC 18-088, section 8.2.4)."""

    name: str
    symbol: str
    definition: str


NUMBER = Unit("Anzahl", "1", "http://qudt.org/vocab/unit/NUM")


@dataclass(frozen=True, slots=True)
class Property:
    """What is observed: a stable key, a German name and the URI of its definition."""

    key: str
    name: str
    definition: str
    description: str


@dataclass(frozen=True, slots=True)
class Stream:
    """One datastream a recording feeds; ``key`` is its external key on the node."""

    key: str
    name: str
    observed: Property
    unit: Unit
    kind: str  # "count" may be added up, "measure" may not
    observation_type: str
    interval_s: int
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Station:
    """One thing with its sensor and streams; ``properties`` always say where it was really recorded."""

    key: str
    name: str
    description: str
    sensor_name: str
    streams: tuple[Stream, ...]
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """How to read one column. ``words`` maps what stands in place of a number to our word for it.

    Values outside ``limits`` are impossible (quarantine); outside ``plausible`` they are kept and flagged as suspect.
    ``problem`` set means: we cannot map this column; whatever stands in it goes to quarantine with that reason.
    """

    index: int
    title: str
    key: str
    limits: tuple[float, float] = (-1e15, 1e15)
    plausible: tuple[float, float] | None = None
    status: int | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the head of a file told: stations, columns, and how long one reading lasts (``span`` seconds, 0: instant).

    ``described`` are the columns that describe others (status); ``head`` counts the cells of further head rows.
    ``merged_autumn`` tells that the doubled hour in autumn is recorded once, both hours in one row.
    """

    kind: str
    width: int
    stations: tuple[Station, ...]
    columns: tuple[Column, ...]
    span: int
    described: frozenset[int] = frozenset()
    head_rows: int = 1
    head_cells: int = 0
    merged_autumn: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """External keys of all streams, the index into it is ``Block.stream``."""
        return tuple(stream.key for station in self.stations for stream in station.streams)


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that could not be read: where it stands, why, the text itself, how many cells it covers."""

    line: int
    column: str
    reason: str
    detail: str
    text: str
    cells: int = 1
    key: str = ""
    time_us: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Readings of one stretch of a file, ready for the database, no (stream, time) twice.

    ``stream`` indexes ``Layout.keys``; ``time`` is µs since 1970 UTC (an interval's start); NaN in ``result`` means
    that the reading is the word in ``extra``; ``line`` is the line in the file; ``digest`` names the content.
    """

    stream: npt.NDArray[np.int32]
    time: npt.NDArray[np.int64]
    result: npt.NDArray[np.float64]
    extra: tuple[str | None, ...] | None
    line: npt.NDArray[np.int32]
    digest: str

    def __len__(self) -> int:
        return len(self.stream)


@dataclass(slots=True)
class Tally:
    """What became of every cell: ``cells == readings + empty + described + quarantined`` always holds."""

    lines: int = 0
    blank_lines: int = 0
    cells: int = 0
    readings: int = 0
    empty: int = 0
    described: int = 0
    quarantined: int = 0
    words: int = 0
    suspect: int = 0
    last_us: int | None = None

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name in ("lines", "blank_lines", "cells", "readings", "empty", "described", "quarantined", "words"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.suspect += other.suspect
        self.last_us = max((t for t in (self.last_us, other.last_us) if t is not None), default=None)


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a file: blocks to write in order, issues to quarantine, and the accounting of both."""

    blocks: tuple[Block, ...]
    issues: tuple[Issue, ...]
    tally: Tally
    bytes_read: int

"""Where things stand, which series hang on them, and what they said last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A datastream as a reader may know it; under a coarse grid it has neither key nor description.

    ``statistics`` are those the reader gets of it, ('',) for single readings. ``definition`` is the URI of what is
    measured, where there is one.
    """

    id: int
    name: str
    description: str
    measurand: str
    measurand_name: str
    definition: str
    unit_name: str
    unit_symbol: str
    unit_definition: str
    observation_type: str
    kind: str
    sensor: str
    expected_interval_s: int | None
    statistics: tuple[str, ...]
    statistic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A thing on the map of one holding. ``longitude`` and ``latitude`` (WGS 84) are None where no point is known.

    With ``grid_m`` the point is the centre of a fixed cell of about that many metres, the same in every answer.
    """

    thing_id: int
    name: str
    description: str
    place_name: str
    longitude: float | None
    latitude: float | None
    grid_m: int | None
    holding_key: str
    owner_name: str
    streams: tuple[Stream, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The latest a reader may see of one series; ``time`` is the start of its interval of ``span`` seconds.

    ``result`` is None where it is suppressed (then ``suppressed`` is True) or no number.
    """

    datastream_id: int
    statistic: str
    time: datetime
    span: int
    result: float | None
    suppressed: bool

"""What a device sent once, as every format reads it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

WILDCARD = "*"
"""The device key of a mapping that holds for every device of its source."""
SOURCE_PREFIX = "source:"
MAX_NAME = 200
"""How long a device key, its name and a payload key may be, in characters."""
REMEMBERED_S = 48 * 3600
"""How long a dedupe key is remembered; after that the upsert by (datastream, time, span) alone tells repetitions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """One message of one device.

    ``device`` is its key as the format names it (a DevEUI, ``esp8266-123``, an entity's URN), ``device_name`` a name
    for people. ``time`` is aware; None means that the payload tells none, and the moment of arrival counts.
    ``counter`` is the dedupe key within the device ('' for none), remembered for ``remember_s`` seconds. ``values``
    are scalars by payload key; ``times`` and ``units`` (symbols such as ``°C``) hold for single keys where the format
    says so; ``span`` seconds make every value one of an interval that begins at its time. ``place`` is (longitude,
    latitude). ``result_time`` and ``beside`` (``quality`` and ``parameters``, JSON) go with every value, as
    SensorThings has them. ``raw`` is what came, for the quarantine. An uplink that could not be read into values says
    so by ``problem`` (a stable word) and ``detail``.
    """

    device: str
    device_name: str = ""
    time: datetime | None = None
    counter: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    place: tuple[float, float] | None = None
    raw: str = ""
    times: Mapping[str, datetime] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    span: int = 0
    result_time: datetime | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
    remember_s: int = REMEMBERED_S
    problem: str = ""
    detail: str = ""


class Reason(StrEnum):
    """Why a value waits in quarantine; stable words for programs."""

    UNKNOWN_DEVICE = "unknown-device"
    UNKNOWN_KEY = "unknown-key"
    UNIT_MISMATCH = "unit-mismatch"
    WRONG_TYPE = "wrong-type"
    NOT_FINITE = "not-finite"
    NO_VALUE = "no-value"
    NO_VALUES = "no-values"
    NAIVE_TIME = "naive-time"
    FUTURE = "time-in-future"
    UNUSABLE_NAME = "unusable-name"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one uplink: how many of its values were stored (or known already), wait, or are not wanted."""

    stored: int = 0
    quarantined: int = 0
    ignored: int = 0
    duplicate: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The account of one call, in values: each is exactly one of accepted, corrected, unchanged, ignored, quarantined.

    ``flagged`` counts those stored with a doubt; ``duplicates`` are whole uplinks that came before, whose values are
    not counted again. An uplink without values counts as one quarantined piece. ``outcomes`` stand in the order of the
    uplinks.
    """

    accepted: int = 0
    corrected: int = 0
    unchanged: int = 0
    flagged: int = 0
    ignored: int = 0
    quarantined: int = 0
    duplicates: int = 0
    outcomes: tuple[Outcome, ...] = ()


def source_name(slug: str) -> str:
    """What batches and quarantine rows call a source."""
    return f"{SOURCE_PREFIX}{slug}"


def scope_of(slug: str) -> str:
    """The scope that lets a token write into this source, and into no other."""
    return f"ingest:source:{slug}"

"""A device as an intake or a peer describes it: one thing at one place with its streams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a thing stands: WGS 84 degrees. Without coordinates, a place known by name only."""

    name: str
    longitude: float | None = None
    latitude: float | None = None
    description: str = ""
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorSpec:
    """The kind of instrument; things of one make share it by its key."""

    external_key: str
    name: str
    description: str = ""
    encoding_type: str = "text/html"
    metadata: str = ""
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedPropertySpec:
    """What is measured; ``definition`` is a URI where there is one."""

    external_key: str
    name: str
    definition: str = ""
    description: str = ""
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSpec:
    """One datastream of a device. ``external_key`` is unique within the origin (not only within the device)."""

    external_key: str
    name: str
    sensor: SensorSpec
    observed_property: ObservedPropertySpec
    description: str = ""
    unit_name: str = ""
    unit_symbol: str = ""
    unit_definition: str = ""
    observation_type: str = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    kind: Literal["measure", "count"] = "measure"
    expected_interval_s: int | None = None
    is_internal: bool = False
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A thing with everything that hangs on it; ``external_key`` is unique within the origin."""

    external_key: str
    name: str
    streams: tuple[StreamSpec, ...]
    description: str = ""
    place: Place | None = None
    properties: Properties = field(default_factory=dict)

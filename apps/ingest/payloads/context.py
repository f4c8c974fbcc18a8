"""What travels beside a payload, and what a payload became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.sources.types import Uplink


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """``headers`` by lower-case name; ``query`` as sent; ``topic`` of MQTT, or the path after the source's own URL."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The uplinks of one payload; ``ignored`` names an event that brings no readings and is only acknowledged."""

    uplinks: tuple[Uplink, ...] = ()
    ignored: str = ""

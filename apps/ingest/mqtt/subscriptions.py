"""Which topics belong to which source: the rows of transport MQTT that are switched on, and their topic filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paho.mqtt.client import topic_matches_sub

from apps.sources import selectors as sources
from apps.sources.types import Format, Transport

if TYPE_CHECKING:
    from apps.sources.models import Source

OPTION = "topics"
DEFAULTS: Mapping[str, str] = {
    Format.THINGS_STACK: "v3/+/devices/+/up",
    Format.CHIRPSTACK: "application/+/device/+/event/up",
}
"""What the network servers call their uplinks; any other source has a place of its own, ``owl/<short name>/#``."""
MAX_FILTER = 1_000
MAX_REMEMBERED = 50_000


def filters(source: Source) -> tuple[str, ...]:
    """A source's topic filters: its option ``topics``, a text or a list of them; else the usual ones of its format."""
    given = source.options.get(OPTION) if isinstance(source.options, dict) else None
    listed = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    usable = tuple(one.strip() for one in listed if isinstance(one, str) and is_filter(one.strip()))
    return usable or (DEFAULTS.get(source.format, f"owl/{source.slug}/#"),)


def is_filter(text: str) -> bool:
    """Whether a broker can subscribe to it (MQTT 5, section 4.7.1)."""
    levels = text.split("/")
    return (
        0 < len(text.encode("utf-8", "replace")) <= MAX_FILTER
        and "\0" not in text
        and not text.startswith("$")
        and all(level in {"+", "#"} or not set("+#") & set(level) for level in levels)
        and "#" not in levels[:-1]
    )


@dataclass(slots=True)
class Subscriptions:
    """The sources as they were read last; ``refresh`` looks again."""

    _by_filter: list[tuple[str, Source]] = field(default_factory=list)
    _remembered: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    _state: object = None

    @property
    def filters(self) -> frozenset[str]:
        """All filters of all sources."""
        return frozenset(one for one, _source in self._by_filter)

    def refresh(self) -> bool:
        """Read the rows again; whether anything about them has changed."""
        rows = list(sources.enabled_sources(Transport.MQTT))
        state = [(row.pk, row.updated_at) for row in rows]
        if state == self._state:
            return False
        self._state = state
        self._by_filter = [(one, row) for row in rows for one in filters(row)]
        self._remembered = {}
        return True

    def of(self, topic: str) -> tuple[Source, ...]:
        """The sources whose filters match a topic: usually one, none for what nobody asked for (any more)."""
        known = self._remembered.get(topic)
        if known is None:
            if len(self._remembered) >= MAX_REMEMBERED:
                self._remembered.clear()
            rows = {row.pk: row for one, row in self._by_filter if topic_matches_sub(one, topic)}
            known = self._remembered[topic] = tuple(rows.values())
        return known

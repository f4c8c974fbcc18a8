"""The same quantity across cities."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The datastreams of one holding that observe a measurand; ``statistic`` where a replica carries only that."""

    holding_key: str
    owner_did: str
    owner_name: str
    is_replica: bool
    datastream_ids: tuple[int, ...]
    unit_symbol: str
    statistics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurand:
    """A quantity: ``key`` is URL-safe; parts by owner, own first. ``cities`` counts the owners."""

    key: str
    name: str
    definition: str
    unit_symbol: str
    parts: tuple[Part, ...]

    @property
    def cities(self) -> int:
        """How many cities share it here."""
        return len({part.owner_did for part in self.parts})

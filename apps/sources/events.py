"""What happened to sources; announced on commit."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, slots=True)
class KeyMapped:
    """A person said where a value goes; what waits for it can be taken in."""

    mapping_id: int


key_mapped: Event[KeyMapped] = Event("sources.key_mapped")

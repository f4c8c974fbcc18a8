"""Entities one by one: created, changed, deleted – with what SensorThings says follows from it (OGC 18-088, 8.2, 10.3).

Values go by the names of the tables' columns, links as ``thing_id``, ``location_id`` and so on. Only this city's own
entities are written: a replica refuses with NotPermitted, and the database refuses once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import ModuleType
from typing import Any

from apps.core import clock
from apps.sensors.services.entities import (
    datastreams,
    features,
    histories,
    instruments,
    locations,
    observed_properties,
    things,
)
from apps.sensors.services.origins import declared
from apps.sensors.types import Noun

_ROOMS: Mapping[Noun, ModuleType] = {
    Noun.THING: things,
    Noun.LOCATION: locations,
    Noun.HISTORICAL_LOCATION: histories,
    Noun.SENSOR: instruments,
    Noun.OBSERVED_PROPERTY: observed_properties,
    Noun.DATASTREAM: datastreams,
    Noun.FEATURE: features,
}


def create_entity(*, noun: Noun, values: Mapping[str, Any], at: datetime | None = None) -> int:
    """Create one entity of this city; returns its id.

    Raises Invalid for a missing, unknown or impossible value (``part`` names it), NotFound for a link into the void,
    NotPermitted for a link to somebody else's entity.
    """
    with declared(""):
        key: int = _ROOMS[noun].create(values=values, at=at or clock.now())
    return key


def update_entity(*, noun: Noun, key: int, values: Mapping[str, Any], at: datetime | None = None) -> None:
    """Change the given columns of one entity, and no others. Raises like ``create_entity``."""
    with declared(""):
        _ROOMS[noun].update(key=key, values=values, at=at or clock.now())


def delete_entity(*, noun: Noun, key: int, reason: str, at: datetime | None = None) -> None:
    """Delete one entity and what cannot be without it (OGC 18-088, table 25).

    Observations that go leave a batch of tombstones. Raises NotFound, NotPermitted for a replica, and Conflict where a
    datastream that would go belongs to a dataset or is mapped to a source.
    """
    with declared(""):
        _ROOMS[noun].delete(key=key, reason=reason, at=at or clock.now())

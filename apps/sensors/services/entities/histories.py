"""Historical locations: since when a thing stood where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.sensors.models import HistoricalLocation, Location, Thing
from apps.sensors.services.entities import things
from apps.sensors.services.entities.cleaning import clean, require
from apps.sensors.services.entities.owned import change, linked, own

WRITABLE = frozenset({"time", "thing_id", "location_id"})


def create(*, values: Mapping[str, Any], at: datetime) -> int:
    """A new entry. When it is the latest of its thing, the thing stands there now (OGC 18-088, section 8.2.3)."""
    given = clean(HistoricalLocation, values, allowed=WRITABLE)
    require(given, "time", "thing_id", "location_id")
    linked(given, thing=Thing, location=Location)
    entry = HistoricalLocation.objects.create(**given)
    if not HistoricalLocation.objects.filter(thing=entry.thing_id, time__gt=entry.time).exists():
        thing = entry.thing
        if thing.location_id != entry.location_id:
            before = set(HistoricalLocation.objects.filter(thing=thing).values_list("pk", flat=True))
            things.move(thing=thing, location_id=entry.location_id, at=entry.time)
            # The move keeps an entry of its own, which would say the same once more.
            HistoricalLocation.objects.filter(thing=thing).exclude(pk__in=before).delete()
    return entry.pk


def update(*, key: int, values: Mapping[str, Any], at: datetime) -> None:
    """Correct an entry; where the thing stands now does not follow from it."""
    given = clean(HistoricalLocation, values, allowed=WRITABLE)
    entry = own(HistoricalLocation, key)
    linked({"thing_id": entry.thing_id} | given, thing=Thing, location=Location)
    require({"time": entry.time, "thing_id": entry.thing_id, "location_id": entry.location_id} | given, *_REQUIRED)
    change(entry, given)


def delete(*, key: int, reason: str, at: datetime) -> None:
    """Delete an entry; thing and location stay."""
    entry = own(HistoricalLocation, key)
    linked({"thing_id": entry.thing_id}, thing=Thing)
    entry.delete()


_REQUIRED = ("time", "thing_id", "location_id")

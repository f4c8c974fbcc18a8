"""Things: they move, and where they were is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.sensors.models import Datastream, HistoricalLocation, Location, Thing
from apps.sensors.services.entities import datastreams
from apps.sensors.services.entities.cleaning import clean, require
from apps.sensors.services.entities.owned import announce_described, change, linked, own
from apps.sensors.services.geometry import enclosing

WRITABLE = frozenset({"name", "description", "properties", "location_id"})


def create(*, values: Mapping[str, Any], at: datetime) -> int:
    """A new thing; with a location also the first entry of its history (OGC 18-088, section 8.2.3)."""
    given = clean(Thing, values, allowed=WRITABLE)
    require(given, "name")
    linked(given, location=Location)
    location = given.pop("location_id", None)
    thing = Thing.objects.create(**given)
    if location is not None:
        move(thing=thing, location_id=location, at=at)
    return thing.pk


def update(*, key: int, values: Mapping[str, Any], at: datetime) -> None:
    """Change a thing; another location is a move."""
    given = clean(Thing, values, allowed=WRITABLE)
    thing = own(Thing, key)
    linked(given, location=Location)
    if "location_id" in given:
        move(thing=thing, location_id=given.pop("location_id"), at=at)
    if "name" in given:
        require(given, "name")
    if change(thing, given):
        announce_described(Q(thing=key))


def delete(*, key: int, reason: str, at: datetime) -> None:
    """Delete a thing with its datastreams, their observations and its history; its location stays."""
    thing = own(Thing, key)
    streams = Datastream.objects.filter(thing=thing).values_list("pk", flat=True)
    datastreams.remove(keys=list(streams), reason=reason, at=at)
    HistoricalLocation.objects.filter(thing=thing).delete()
    thing.delete()


def move(*, thing: Thing, location_id: int | None, at: datetime) -> None:
    """Let a thing stand at another location from ``at`` on; where it stands already nothing happens."""
    if thing.location_id == location_id:
        return
    change(thing, {"location_id": location_id})
    if location_id is not None:
        there = Location.objects.get(pk=location_id)
        HistoricalLocation.objects.create(thing=thing, location=there, time=at)
        for stream in Datastream.objects.filter(thing=thing).select_related("state"):
            seen = stream.observed_area if stream.state.observation_count else None
            change(stream, {"observed_area": enclosing(seen, there.geometry)})
    announce_described(Q(thing=thing))

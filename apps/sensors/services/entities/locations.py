"""Locations: places that things stand at or stood at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.sensors.models import HistoricalLocation, Location, Thing
from apps.sensors.services import geometry
from apps.sensors.services.entities.cleaning import clean, require
from apps.sensors.services.entities.owned import announce_described, change, own

WRITABLE = frozenset({"name", "description", "properties", "encoding_type", "geometry"})


def create(*, values: Mapping[str, Any], at: datetime) -> int:
    """A new location; GeoJSON is checked, other encodings are kept as they come."""
    given = clean(Location, values, allowed=WRITABLE)
    require(given, "name", "encoding_type", "geometry")
    given = geometry.columns(given, shape="geometry", encoding=given["encoding_type"])
    return Location.objects.create(**given).pk


def update(*, key: int, values: Mapping[str, Any], at: datetime) -> None:
    """Change the description of a place. A thing that moved gets another location instead."""
    given = clean(Location, values, allowed=WRITABLE)
    location = own(Location, key)
    require({name: getattr(location, name) for name in ("name", "encoding_type", "geometry")} | given, *_REQUIRED)
    encoding = given.get("encoding_type", location.encoding_type)
    if "encoding_type" in given:
        given.setdefault("geometry", location.geometry)
    if change(location, geometry.columns(given, shape="geometry", encoding=encoding)):
        announce_described(Q(thing__location=key))


def delete(*, key: int, reason: str, at: datetime) -> None:
    """Delete a location with the entries of histories that name it; its things stand nowhere known then."""
    location = own(Location, key)
    announce_described(Q(thing__location=key))
    Thing.objects.filter(location=location).update(location=None, updated_at=at)
    HistoricalLocation.objects.filter(location=location).delete()
    location.delete()


_REQUIRED = ("name", "encoding_type", "geometry")

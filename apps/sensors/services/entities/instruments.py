"""Sensors: kinds of instruments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.sensors.models import Datastream, Sensor
from apps.sensors.services.entities import datastreams
from apps.sensors.services.entities.cleaning import clean, require
from apps.sensors.services.entities.owned import announce_described, change, own

WRITABLE = frozenset({"name", "description", "properties", "encoding_type", "metadata"})


def create(*, values: Mapping[str, Any], at: datetime) -> int:
    """A new kind of instrument."""
    given = clean(Sensor, values, allowed=WRITABLE)
    require(given, "name", "encoding_type", "metadata")
    return Sensor.objects.create(**given).pk


def update(*, key: int, values: Mapping[str, Any], at: datetime) -> None:
    """Change its description."""
    given = clean(Sensor, values, allowed=WRITABLE)
    sensor = own(Sensor, key)
    require(given, *(given.keys() & {"name", "encoding_type", "metadata"}))
    if change(sensor, given):
        announce_described(Q(sensor=key))


def delete(*, key: int, reason: str, at: datetime) -> None:
    """Delete it with all datastreams that it measures, and their observations."""
    sensor = own(Sensor, key)
    streams = Datastream.objects.filter(sensor=sensor).values_list("pk", flat=True)
    datastreams.remove(keys=list(streams), reason=reason, at=at)
    sensor.delete()

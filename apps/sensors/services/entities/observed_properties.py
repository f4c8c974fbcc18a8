"""Observed properties: what is measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from apps.sensors.models import Datastream, ObservedProperty
from apps.sensors.services.entities import datastreams
from apps.sensors.services.entities.cleaning import clean, require
from apps.sensors.services.entities.owned import announce_described, change, own

WRITABLE = frozenset({"name", "description", "properties", "definition"})


def create(*, values: Mapping[str, Any], at: datetime) -> int:
    """A new observed property."""
    given = clean(ObservedProperty, values, allowed=WRITABLE)
    require(given, "name", "definition")
    return ObservedProperty.objects.create(**given).pk


def update(*, key: int, values: Mapping[str, Any], at: datetime) -> None:
    """Change its description."""
    given = clean(ObservedProperty, values, allowed=WRITABLE)
    observed = own(ObservedProperty, key)
    require(given, *(given.keys() & {"name", "definition"}))
    if change(observed, given):
        announce_described(Q(observed_property=key))


def delete(*, key: int, reason: str, at: datetime) -> None:
    """Delete it with all datastreams of it, and their observations."""
    observed = own(ObservedProperty, key)
    streams = Datastream.objects.filter(observed_property=observed).values_list("pk", flat=True)
    datastreams.remove(keys=list(streams), reason=reason, at=at)
    observed.delete()

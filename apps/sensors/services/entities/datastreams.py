"""Datastreams: what the server keeps about them comes from their observations, all else is described here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.errors import Conflict
from apps.sensors.models import (
    Correction,
    Datastream,
    DatastreamState,
    ObservedProperty,
    Sensor,
    Thing,
    Tombstone,
)
from apps.sensors.services import deletion, followups, geometry
from apps.sensors.services.entities.cleaning import clean, require
from apps.sensors.services.entities.owned import announce_described, change, linked, own
from apps.sensors.types import EARLIEST, LATEST, datetime_of

WRITABLE = frozenset(
    {
        "name",
        "description",
        "properties",
        "unit_name",
        "unit_symbol",
        "unit_definition",
        "observation_type",
        "observed_area",
        "thing_id",
        "sensor_id",
        "observed_property_id",
    }
)
_REQUIRED = ("name", "thing_id", "sensor_id", "observed_property_id")
_LINKS = {"thing": Thing, "sensor": Sensor, "observed_property": ObservedProperty}


def create(*, values: Mapping[str, Any], at: datetime) -> int:
    """A new datastream of a thing, without observations; the area it observes is the thing's place until it says so."""
    given = clean(Datastream, values, allowed=WRITABLE)
    require(given, *_REQUIRED)
    linked(given, **_LINKS)
    if given.get("observed_area") is None:
        thing = Thing.objects.select_related("location").get(pk=given["thing_id"])
        given["observed_area"] = geometry.enclosing(thing.location.geometry) if thing.location else None
    else:
        geometry.checked(given["observed_area"], part="observed_area")
    stream = Datastream.objects.create(**given)
    DatastreamState.objects.create(datastream=stream)
    announce_described(Q(pk=stream.pk))
    return stream.pk


def update(*, key: int, values: Mapping[str, Any], at: datetime) -> None:
    """Change its description or its links; the observations stay as they are."""
    given = clean(Datastream, values, allowed=WRITABLE)
    stream = own(Datastream, key)
    require(given, *(given.keys() & set(_REQUIRED)))
    linked(given, **_LINKS)
    if given.get("observed_area") is not None:
        geometry.checked(given["observed_area"], part="observed_area")
        followups.forget_areas(datastream_ids=[key])
    if change(stream, given):
        announce_described(Q(pk=key))


def delete(*, key: int, reason: str, at: datetime) -> None:
    """Delete a datastream and its observations."""
    remove(keys=[own(Datastream, key).pk], reason=reason, at=at)


def remove(*, keys: Sequence[int], reason: str, at: datetime) -> None:
    """Delete own datastreams with all that is known of their observations; batches with their tombstones' numbers stay.

    Raises Conflict where one of them is in use outside this app – in a dataset, whose readers must be able to follow
    the deletion first, or as the target of a source – and NotPermitted for a replica.
    """
    streams = [own(Datastream, key) for key in sorted(keys)]
    for stream in streams:
        _refuse_in_use(stream)
    for stream in streams:
        deletion.delete(
            datastream_id=stream.pk, start=datetime_of(EARLIEST), end=datetime_of(LATEST), reason=reason, at=at
        )
    Tombstone.objects.filter(datastream__in=keys).delete()
    Correction.objects.filter(datastream__in=keys).delete()
    Datastream.objects.filter(pk__in=keys).delete()


def _refuse_in_use(stream: Datastream) -> None:
    for relation in Datastream._meta.related_objects:
        if relation.related_model._meta.app_label == "sensors" or not isinstance(relation.field, models.ForeignKey):
            continue
        users = relation.related_model._default_manager.filter(**{relation.field.name: stream.pk})
        if users.exists():
            raise Conflict(
                f"Datastream {stream.pk} is in use: {relation.related_model._meta.verbose_name}.",
                part="id",
                remedy="Take it out there first; its observations alone can be deleted now.",
            )

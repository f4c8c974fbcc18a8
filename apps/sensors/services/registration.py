"""Describing things and datastreams: idempotent, following renames, moves and new streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q

from apps.core import clock
from apps.core.guards import advisory_xact_lock
from apps.sensors import events
from apps.sensors.models import (
    Datastream,
    DatastreamState,
    Entity,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)
from apps.sensors.services.origins import declared
from apps.sensors.types import Device, ObservedPropertySpec, Place, SensorSpec, StreamSpec

E = TypeVar("E", bound=Entity)


def register(*, devices: Iterable[Device], at: datetime | None = None) -> dict[str, int]:
    """Create or update this city's own things with their streams; returns datastream ids by external key.

    The same description again changes nothing. A thing that moved gets a new Location and a HistoricalLocation
    (SensorThings 1.1, section 8.2.3). Streams no longer named stay: their observations do.
    """
    return describe(devices, origin="", onward_allowed=False, at=at or clock.now())


def describe(devices: Iterable[Device], *, origin: str, onward_allowed: bool, at: datetime) -> dict[str, int]:
    """What ``register`` and ``describe_replica`` share; announces the datastreams whose description changed."""
    work = _Work(origin=origin, onward_allowed=onward_allowed, at=at)
    with declared(origin):
        advisory_xact_lock("sensors.registration")
        for device in devices:
            work.device(device)
        changed = work.changed_datastreams()
        if changed:
            events.description_changed.announce(events.DescriptionChanged(tuple(sorted(changed))))
    return work.ids


@dataclass(slots=True, kw_only=True)
class _Work:
    """One run over descriptions: what was found, and what it changed."""

    origin: str
    onward_allowed: bool
    at: datetime
    ids: dict[str, int] = field(default_factory=dict)
    known: dict[tuple[type[Entity], str], Entity] = field(default_factory=dict)
    changed: set[tuple[type[Entity], int]] = field(default_factory=set)

    def device(self, device: Device) -> None:
        """Bring one thing and its streams up to date."""
        thing = self._upsert(
            Thing,
            device.external_key,
            {"name": device.name, "description": device.description, "properties": dict(device.properties)},
        )
        self._place(thing, device.place)
        for spec in device.streams:
            self._stream(thing, spec, device.place)

    def changed_datastreams(self) -> set[int]:
        """Every datastream whose description reads differently now."""
        by_kind: dict[type[Entity], list[int]] = {}
        for kind, key in self.changed:
            by_kind.setdefault(kind, []).append(key)
        if not by_kind:
            return set()
        touched = (
            Q(pk__in=by_kind.get(Datastream, []))
            | Q(thing__in=by_kind.get(Thing, []))
            | Q(sensor__in=by_kind.get(Sensor, []))
            | Q(observed_property__in=by_kind.get(ObservedProperty, []))
        )
        return set(Datastream.objects.filter(touched, origin=self.origin).values_list("pk", flat=True))

    def _upsert(self, kind: type[E], external_key: str, values: Mapping[str, Any]) -> E:
        found = self.known.get((kind, external_key))
        entity = found if isinstance(found, kind) else self._find(kind, external_key)
        if entity is None:
            entity = kind(origin=self.origin, external_key=external_key, **values)
            entity.save(force_insert=True)
            self.changed.add((kind, entity.pk))
        else:
            self._update(entity, values)
        self.known[kind, external_key] = entity
        return entity

    def _find(self, kind: type[E], external_key: str) -> E | None:
        entity: E | None = kind._default_manager.filter(origin=self.origin, external_key=external_key).first()
        return entity

    def _update(self, entity: Entity, values: Mapping[str, Any]) -> None:
        different = [name for name, value in values.items() if getattr(entity, name) != value]
        if different:
            for name in different:
                setattr(entity, name, values[name])
            entity.save(update_fields=[*different, "updated_at"])
            self.changed.add((type(entity), entity.pk))

    def _place(self, thing: Thing, place: Place | None) -> None:
        here = thing.location
        if place is None:
            if here is not None:
                self._update(thing, {"location": None})
            return
        values = _place_values(place)
        if here is not None and (here.longitude, here.latitude) == (place.longitude, place.latitude):
            if any(getattr(here, name) != value for name, value in values.items()):
                self._update(here, values)
                self.changed.add((Thing, thing.pk))
            return
        there = Location.objects.create(origin=self.origin, **values)
        HistoricalLocation.objects.create(thing=thing, location=there, time=self.at)
        self._update(thing, {"location": there})

    def _stream(self, thing: Thing, spec: StreamSpec, place: Place | None) -> None:
        stream = self._upsert(
            Datastream,
            spec.external_key,
            {
                "name": spec.name,
                "description": spec.description,
                "properties": dict(spec.properties),
                "thing": thing,
                "sensor": self._sensor(spec.sensor),
                "observed_property": self._observed_property(spec.observed_property),
                "unit_name": spec.unit_name,
                "unit_symbol": spec.unit_symbol,
                "unit_definition": spec.unit_definition,
                "observation_type": spec.observation_type,
                "kind": spec.kind,
                "expected_interval_s": spec.expected_interval_s,
                "is_internal": spec.is_internal,
                "onward_allowed": self.onward_allowed,
                "observed_area": _point(place),
            },
        )
        if (Datastream, stream.pk) in self.changed:
            DatastreamState.objects.get_or_create(datastream=stream, defaults={"origin": self.origin})
        self.ids[spec.external_key] = stream.pk

    def _sensor(self, spec: SensorSpec) -> Sensor:
        return self._upsert(
            Sensor,
            spec.external_key,
            {
                "name": spec.name,
                "description": spec.description,
                "encoding_type": spec.encoding_type,
                "metadata": spec.metadata,
                "properties": dict(spec.properties),
            },
        )

    def _observed_property(self, spec: ObservedPropertySpec) -> ObservedProperty:
        return self._upsert(
            ObservedProperty,
            spec.external_key,
            {
                "name": spec.name,
                "definition": spec.definition,
                "description": spec.description,
                "properties": dict(spec.properties),
            },
        )


def _point(place: Place | None) -> dict[str, Any] | None:
    """GeoJSON (RFC 7946): longitude first."""
    if place is None or place.longitude is None or place.latitude is None:
        return None
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def _place_values(place: Place) -> dict[str, Any]:
    return {
        "name": place.name,
        "description": place.description,
        "properties": dict(place.properties),
        "geometry": _point(place),
        "longitude": place.longitude,
        "latitude": place.latitude,
    }

"""A new datastream for a device of a source, and its thing where there is none yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sensors.models import Location, Thing
from apps.sources.models import Candidate, Source, SourceDevice
from apps.sources.types import WILDCARD, NewStream

TYPES = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"


def register(source: Source, device_key: str, payload_key: str, new: NewStream, *, at: datetime) -> int:
    """Register what a mapping needs; returns the datastream's id. Raises Invalid."""
    if device_key == WILDCARD:
        raise Invalid(_("A new datastream belongs to one device; map the devices one by one."), part="device_key")
    if not new.name.strip() or not new.observed_property.external_key.strip():
        raise Invalid(_("A datastream needs a name and an observed property."), part="name")
    device, _made = SourceDevice.objects.get_or_create(
        source=source, key=device_key, defaults={"first_seen_at": at, "last_seen_at": at}
    )
    thing = _thing(source, device, new)
    stream = _stream(source, device, payload_key, new)
    ids = sensors.register(
        devices=[
            sensor_types.Device(
                external_key=thing.external_key,
                name=thing.name,
                description=thing.description,
                place=thing.place,
                properties=thing.properties,
                streams=(stream,),
            )
        ],
        at=at,
    )
    changes: dict[str, Any] = {"thing": Thing.objects.own().get(external_key=thing.external_key)}
    if device.expected_interval_s is None and new.expected_interval_s:
        changes["expected_interval_s"] = new.expected_interval_s
    SourceDevice.objects.filter(pk=device.pk).update(**changes)
    return ids[stream.external_key]


def _thing(source: Source, device: SourceDevice, new: NewStream) -> sensor_types.Device:
    """The device's thing as it is, or a new one."""
    if device.thing is not None and not device.thing.external_key:
        raise Invalid(
            _("This device belongs to a thing without an external key; give it one first."), part="device_key"
        )
    key = device.thing.external_key if device.thing is not None else f"{source.slug}/{device.key}"
    known = Thing.objects.own().filter(external_key=key).select_related("location").first()
    if known is None:
        name = new.thing_name.strip() or device.name or device.key
        place = new.place or _heard_place(device, name)
        properties = _provenance(source, device, new)
        return sensor_types.Device(external_key=key, name=name, streams=(), place=place, properties=properties)
    return sensor_types.Device(
        external_key=key,
        name=known.name,
        description=known.description,
        properties=known.properties,
        place=new.place or (None if known.location is None else _as_place(known.location)),
        streams=(),
    )


def _stream(source: Source, device: SourceDevice, payload_key: str, new: NewStream) -> sensor_types.StreamSpec:
    sensor = sensor_types.SensorSpec(
        external_key=f"{source.slug}/sensor",
        name=source.name,
        description=str(source.get_format_display()),
        encoding_type="text/plain",
        metadata=str(source.get_format_display()),
    )
    return sensor_types.StreamSpec(
        external_key=f"{source.slug}/{device.key}/{payload_key}",
        name=new.name.strip(),
        sensor=sensor,
        observed_property=new.observed_property,
        description=new.description,
        unit_name=new.unit_name,
        unit_symbol=new.unit_symbol,
        unit_definition=new.unit_definition,
        observation_type=TYPES + _kind(source, device, payload_key, new),
        kind="count" if new.kind == "count" else "measure",
        expected_interval_s=new.expected_interval_s,
        properties=_provenance(source, device, new),
    )


def _kind(source: Source, device: SourceDevice, payload_key: str, new: NewStream) -> str:
    """The observation type (OGC 18-088, section 8.2.4, table 12) that the value seen suggests."""
    if new.kind == "count":
        return "OM_CountObservation"
    seen = Candidate.objects.filter(source=source, device_key=device.key, payload_key=payload_key).first()
    example = seen.example if seen is not None else ""
    if example in {"true", "false"} and not new.unit_symbol:
        return "OM_TruthObservation"
    return "OM_Observation" if example.startswith(('"', "[", "{")) else "OM_Measurement"


def _provenance(source: Source, device: SourceDevice, new: NewStream) -> dict[str, Any]:
    fed = source.batch_source if source.takes_tokens else sensor_types.UPLOADED
    found: dict[str, Any] = {"source": "simulator" if new.simulated else fed, "device": device.key}
    return found | ({"label": "Simulator"} if new.simulated else {})


def _heard_place(device: SourceDevice, name: str) -> sensor_types.Place | None:
    if device.longitude is None or device.latitude is None:
        return None
    return sensor_types.Place(name=name, longitude=device.longitude, latitude=device.latitude)


def _as_place(location: Location) -> sensor_types.Place:
    return sensor_types.Place(
        name=location.name,
        longitude=location.longitude,
        latitude=location.latitude,
        description=location.description,
        properties=location.properties,
    )

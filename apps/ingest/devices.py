"""Stations of recordings and of the simulator as the devices that ``sensors`` registers."""

from __future__ import annotations

from apps.ingest import places
from apps.ingest.formats.types import Station, Stream
from apps.sensors import types as sensor_types


def device(station: Station, *, city: str, city_name: str) -> sensor_types.Device:
    """The device for a station, placed at its stand-in position in the city, its provenance on every part of it."""
    longitude, latitude = places.stand_in(city=city, key=station.key)
    sensor = sensor_types.SensorSpec(
        external_key=f"{station.key}/sensor",
        name=station.sensor_name,
        description=station.description,
        encoding_type="text/plain",
        metadata=station.description,
        properties=station.properties,
    )
    place = sensor_types.Place(
        name=f"Stellvertretender Ort in {city_name}",
        longitude=longitude,
        latitude=latitude,
        description=f"Frei gewählter Punkt in {city_name}, kein Messort. {station.properties.get('label', '')}",
        properties={**station.properties, "position": "stand-in"},
    )
    return sensor_types.Device(
        external_key=station.key,
        name=f"{station.name}{_suffix(station)}",
        description=station.description,
        place=place,
        properties=station.properties,
        streams=tuple(_stream(stream, station, sensor) for stream in station.streams),
    )


def _suffix(station: Station) -> str:
    """A recording's name says what it is; the simulator's names do so themselves."""
    return f" ({station.properties['label']})" if station.properties.get("source") == "recording" else ""


def _stream(stream: Stream, station: Station, sensor: sensor_types.SensorSpec) -> sensor_types.StreamSpec:
    observed = sensor_types.ObservedPropertySpec(
        external_key=stream.observed.key,
        name=stream.observed.name,
        definition=stream.observed.definition,
        description=stream.observed.description or stream.observed.name,
    )
    return sensor_types.StreamSpec(
        external_key=stream.key,
        name=stream.name,
        sensor=sensor,
        observed_property=observed,
        description=station.description,
        unit_name=stream.unit.name,
        unit_symbol=stream.unit.symbol,
        unit_definition=stream.unit.definition,
        observation_type=stream.observation_type,
        kind="count" if stream.kind == "count" else "measure",
        expected_interval_s=stream.interval_s,
        properties={**station.properties, **stream.properties},
    )

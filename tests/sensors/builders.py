"""What the tests of sensors are built from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from apps.sensors import services
from apps.sensors.types import Device, ObservedPropertySpec, Place, Readings, SensorSpec, StreamSpec, micros

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OWNER = "did:web:detmold.example"
STRANGER = "did:web:herford.example"
SENSOR = SensorSpec(external_key="sht", name="SHT 31")
TEMPERATURE = ObservedPropertySpec(external_key="temperature", name="Air temperature")


def stream(key: str, name: str = "Temperature") -> StreamSpec:
    """A temperature stream."""
    return StreamSpec(
        external_key=key, name=name, sensor=SENSOR, observed_property=TEMPERATURE, unit_symbol="°C", unit_name="Celsius"
    )


def device(key: str = "mast", *, streams: int = 2, name: str = "Mast", place: Place | None = None) -> Device:
    """A mast with streams ``<key>/0`` …"""
    return Device(external_key=key, name=name, place=place, streams=tuple(stream(f"{key}/{n}") for n in range(streams)))


def own_streams(count: int = 2) -> list[int]:
    """Own datastreams, by id."""
    return sorted(services.register(devices=[device(streams=count)], at=START).values())


def replica_streams(count: int = 2, *, origin: str = OWNER) -> list[int]:
    """Replicas of a peer's datastreams, by id."""
    found = services.describe_replica(origin=origin, devices=[device("theirs", streams=count)], at=START)
    return sorted(found.values())


def at(minutes: float) -> int:
    """µs UTC, so many minutes after the start."""
    return micros(START + minutes * MINUTE)


def readings(
    streams: Sequence[int] | int, minutes: Sequence[float], results: Sequence[float | None], **more: object
) -> Readings:
    """Readings at minutes after the start; one stream for all, or one for each."""
    ids = [streams] * len(minutes) if isinstance(streams, int) else list(streams)
    return Readings.build(
        datastream=ids,
        time=[at(minute) for minute in minutes],
        result=[np.nan if value is None else value for value in results],
        **more,  # type: ignore[arg-type]
    )


def no_flags(rows: Readings) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Every row a plain value."""
    return np.zeros(len(rows), dtype=np.uint8)

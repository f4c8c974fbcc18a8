"""What the tests of sources are built from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from apps.sensors import services as sensors
from apps.sensors.models import Datastream
from apps.sensors.types import Device, ObservedPropertySpec, SensorSpec, StreamSpec
from apps.sources import services
from apps.sources.models import Mapping, Source
from apps.sources.types import Format, NewStream, Uplink

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DEVICE = "70b3d57ed0000001"
TEMPERATURE = ObservedPropertySpec(external_key="air-temperature", name="Air temperature")


def source(slug: str = "lora", **more: Any) -> Source:
    """A learning source of The Things Stack."""
    return services.create_source(slug=slug, name="LoRaWAN", **{"format": Format.THINGS_STACK} | more)


def uplink(minutes: float = 0, device: str = DEVICE, **more: Any) -> Uplink:
    """A message so many minutes after the start; 21.5 degrees where nothing else is said."""
    return Uplink(device=device, time=START + minutes * MINUTE, **{"values": {"temperature": 21.5}} | more)


def stream(key: str = "mast/temperature", *, unit: str = "°C", kind: str = "OM_Measurement") -> int:
    """An own datastream, by id."""
    spec = StreamSpec(
        external_key=key,
        name=key,
        sensor=SensorSpec(external_key="sht", name="SHT"),
        observed_property=TEMPERATURE,
        unit_symbol=unit,
        observation_type=f"http://www.opengis.net/def/observationType/OGC-OM/2.0/{kind}",
    )
    return sensors.register(devices=[Device(external_key=key.split("/", maxsplit=1)[0], name="Mast", streams=(spec,))])[
        key
    ]


def mapped(row: Source, key: str = "temperature", *, device: str = DEVICE, **more: Any) -> Mapping:
    """A mapping to a datastream in °C that is made where none is named."""
    if "new" not in more and "datastream" not in more:
        more["datastream"] = stream(f"{row.slug}-{device}/{key}")
    given: dict[str, Any] = {"unit": "°C", "at": START} | more
    return services.map_key(source=row, device_key=device, payload_key=key, **given)


def target(mapping: Mapping) -> Datastream:
    """Where a mapping leads."""
    found: Datastream = Datastream.objects.get(pk=mapping.datastream_id or 0)
    return found


def new_stream(**more: Any) -> NewStream:
    """A new datastream in °C."""
    given: dict[str, Any] = {"name": "Temperature", "observed_property": TEMPERATURE, "unit_symbol": "°C"} | more
    return NewStream(**given)

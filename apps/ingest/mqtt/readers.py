"""Which payloads come over MQTT, and who reads them. SensorThings observations are read by ``creating``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from apps.ingest.mqtt.database import Reader
from apps.ingest.payloads import reading
from apps.ingest.payloads.context import Context
from apps.sources.types import Format, Uplink

# What is subscribed to is what is read: a source of ChirpStack subscribes to …/event/up.
CONTEXT = Context(query={"event": "up"})


def _read(format: str, payload: bytes) -> Sequence[Uplink]:
    return reading.read(format, payload, CONTEXT).uplinks


READERS: Mapping[str, Reader] = {
    format: partial(_read, format) for format in reading.READERS if format != Format.SENSORTHINGS
}

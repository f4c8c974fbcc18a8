"""Which payloads come over MQTT, and who reads them."""

from __future__ import annotations

from collections.abc import Mapping

from apps.ingest.mqtt.database import Reader

READERS: Mapping[str, Reader] = {}

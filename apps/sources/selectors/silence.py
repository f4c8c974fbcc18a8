"""Which sensors are silent, and which alarms are open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from apps.sensors.types import RECORDING
from apps.sources.models import SilenceAlarm
from apps.sources.types import SOURCE_PREFIX, Format

TOLERANCE = 2
"""A sensor is silent when nothing came for so many expected intervals: single messages get lost on the air."""

WORDS: Final = {"tables": str(Format.CSV), "recording": RECORDING, "prefix": SOURCE_PREFIX}
# Recordings, and what came in tables, are of the past: nothing more is to be expected.
IMPORTED_DEVICE = "s.format = %(tables)s"
UPLOADED_STREAM = "b.source IN (SELECT %(prefix)s || slug FROM sources_source WHERE format = %(tables)s)"
IMPORTED_STREAM = f"(d.properties ->> 'source' IS NOT DISTINCT FROM %(recording)s OR {UPLOADED_STREAM})"
_DEVICES = """
SELECT d.id AS device_id, NULL::int AS datastream_id, d.last_seen_at AS heard_at, d.expected_interval_s AS interval_s
FROM sources_sourcedevice d JOIN sources_source s ON s.id = d.source_id
WHERE s.enabled AND d.expected_interval_s IS NOT NULL AND NOT {imported}
    AND d.last_seen_at + %(tolerance)s * d.expected_interval_s * interval '1 second' < %(at)s
"""
# A datastream is watched by itself where no watched device speaks for it.
_STREAMS = """
SELECT NULL::bigint, d.id, b.recorded_at, d.expected_interval_s
FROM sensors_datastream d JOIN sensors_datastreamstate s ON s.datastream_id = d.id
    JOIN sensors_batch b ON b.id = s.last_batch
WHERE d.origin = '' AND d.expected_interval_s IS NOT NULL AND NOT {imported}
    AND b.recorded_at + %(tolerance)s * d.expected_interval_s * interval '1 second' < %(at)s
    AND NOT EXISTS (
        SELECT FROM sources_mapping m JOIN sources_sourcedevice v ON v.source_id = m.source_id AND v.key = m.device_key
        WHERE m.datastream_id = d.id AND v.expected_interval_s IS NOT NULL
    )
"""
SILENT_DEVICES = _DEVICES.format(imported=IMPORTED_DEVICE)
SILENT_DATASTREAMS = _STREAMS.format(imported=IMPORTED_STREAM)
_IMPORTED = """
SELECT d.id FROM sensors_datastream d
    LEFT JOIN sensors_datastreamstate s ON s.datastream_id = d.id LEFT JOIN sensors_batch b ON b.id = s.last_batch
WHERE d.id = ANY (%(ids)s) AND {imported}
"""
_UPLOADED = """
SELECT s.datastream_id FROM sensors_datastreamstate s JOIN sensors_batch b ON b.id = s.last_batch
WHERE s.datastream_id = ANY (%(ids)s) AND {uploaded}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A device or a datastream (one of the two ids) that is silent, and since when."""

    device_id: int | None
    datastream_id: int | None
    last_heard_at: datetime
    expected_interval_s: int


def silent_now(*, at: datetime) -> list[Silent]:
    """All sensors that are silent at this moment, the longest silent first, whether an alarm is open yet or not."""
    with connection.cursor() as cursor:
        cursor.execute(f"{SILENT_DEVICES} UNION ALL {SILENT_DATASTREAMS} ORDER BY heard_at", params(at))
        return [
            Silent(device_id=device, datastream_id=stream, last_heard_at=heard, expected_interval_s=interval)
            for device, stream, heard, interval in cursor
        ]


def imported(datastream_ids: Collection[int]) -> set[int]:
    """Those of these datastreams that are recordings, or whose latest readings came in a table: they end, and are not
    silent for that."""
    with connection.cursor() as cursor:
        cursor.execute(_IMPORTED.format(imported=IMPORTED_STREAM), {**WORDS, "ids": list(datastream_ids)})
        return {pk for (pk,) in cursor.fetchall()}


def uploaded(datastream_ids: Collection[int]) -> set[int]:
    """Those of these datastreams whose latest readings came in a table that somebody uploaded."""
    with connection.cursor() as cursor:
        cursor.execute(_UPLOADED.format(uploaded=UPLOADED_STREAM), {**WORDS, "ids": list(datastream_ids)})
        return {pk for (pk,) in cursor.fetchall()}


def open_alarms() -> QuerySet[SilenceAlarm]:
    """Alarms of sensors that have not spoken since, the newest first, with their device, source and datastream."""
    return (
        SilenceAlarm.objects.filter(closed_at=None)
        .select_related("device__source", "device__thing", "datastream__thing")
        .order_by("-opened_at", "-pk")
    )


def params(at: datetime) -> dict[str, Any]:
    """The parameters of the statements above."""
    return {**WORDS, "at": at, "tolerance": TOLERANCE}

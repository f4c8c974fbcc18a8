"""Silence: a sensor not heard beyond its expected interval raises one alarm, closed when it speaks again."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sources.models import SourceDevice
from apps.sources.selectors.silence import (
    IMPORTED_DEVICE,
    IMPORTED_STREAM,
    SILENT_DATASTREAMS,
    SILENT_DEVICES,
    params,
)
from apps.sources.services.remembering import forget

MAX_INTERVAL_S = 366 * 86_400

_OPEN = """
INSERT INTO sources_silencealarm (device_id, datastream_id, last_heard_at, expected_interval_s, opened_at)
SELECT device_id, datastream_id, heard_at, interval_s, %(at)s
FROM ({devices} UNION ALL {streams}) AS silent ORDER BY device_id, datastream_id
ON CONFLICT DO NOTHING
"""
_CLOSE_DEVICES = """
UPDATE sources_silencealarm a SET closed_at = least(%(at)s, greatest(d.last_seen_at, a.opened_at))
FROM sources_sourcedevice d JOIN sources_source s ON s.id = d.source_id
WHERE a.closed_at IS NULL AND d.id = a.device_id
    AND (d.last_seen_at > a.last_heard_at OR d.expected_interval_s IS NULL OR {imported})
"""
_CLOSE_STREAMS = """
UPDATE sources_silencealarm a SET closed_at = least(%(at)s, greatest(b.recorded_at, a.opened_at))
FROM sensors_datastreamstate s JOIN sensors_batch b ON b.id = s.last_batch JOIN sensors_datastream d
    ON d.id = s.datastream_id
WHERE a.closed_at IS NULL AND s.datastream_id = a.datastream_id
    AND (b.recorded_at > a.last_heard_at OR d.expected_interval_s IS NULL OR {imported})
"""


def expect(*, device: SourceDevice, interval_s: int | None) -> None:
    """Say how often a device is expected to speak; None: it may be silent for ever. Raises Invalid."""
    if interval_s is not None and not 1 <= interval_s <= MAX_INTERVAL_S:
        raise Invalid(_("An interval lasts from a second to a year."), part="expected_interval_s")
    SourceDevice.objects.filter(pk=device.pk).update(expected_interval_s=interval_s)
    device.expected_interval_s = interval_s


def tick(*, at: datetime) -> str:
    """Close and open alarms, forget old dedupe keys. Twice is the same as once. Returns what it did, '' for nothing."""
    with transaction.atomic():
        closed = _run(_CLOSE_DEVICES.format(imported=IMPORTED_DEVICE), at)
        closed += _run(_CLOSE_STREAMS.format(imported=IMPORTED_STREAM), at)
        opened = _run(_OPEN.format(devices=SILENT_DEVICES, streams=SILENT_DATASTREAMS), at)
    forgotten = forget(at=at)
    words = [f"{count} {what}" for count, what in ((opened, "opened"), (closed, "closed")) if count]
    return ", ".join(words) or ("" if not forgotten else f"{forgotten} keys forgotten")


def _run(sql: str, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params(at))
        return int(cursor.rowcount)

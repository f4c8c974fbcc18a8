"""What the node keeps of a source beside its readings: devices heard, values nobody mapped, counts by the hour."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from apps.sensors import services as sensors
from apps.sensors.types import QuarantineRow
from apps.sources.models import Source, SourceHour
from apps.sources.services.sorting import Held, usable
from apps.sources.types import MAX_NAME, Reason, Taken, Uplink

MAX_CANDIDATES = 5_000
"""How many values of a source are listed as unmapped; beyond that they only wait in quarantine."""
MAX_ERROR = 500

_DEVICES = """
INSERT INTO sources_sourcedevice
    (source_id, key, name, first_seen_at, last_seen_at, last_counter, uplinks, longitude, latitude)
SELECT %(source)s, key, name, %(at)s, %(at)s, counter, uplinks, lon, lat
FROM unnest(%(keys)s::text[], %(names)s::text[], %(counters)s::text[], %(uplinks)s::bigint[],
    %(lons)s::float8[], %(lats)s::float8[]) AS n (key, name, counter, uplinks, lon, lat)
ORDER BY key
ON CONFLICT (source_id, key) DO UPDATE SET
    name = CASE WHEN excluded.name = '' THEN sources_sourcedevice.name ELSE excluded.name END,
    last_seen_at = greatest(sources_sourcedevice.last_seen_at, excluded.last_seen_at),
    last_counter = excluded.last_counter, uplinks = sources_sourcedevice.uplinks + excluded.uplinks,
    longitude = coalesce(excluded.longitude, sources_sourcedevice.longitude),
    latitude = coalesce(excluded.latitude, sources_sourcedevice.latitude)
"""
_CANDIDATES = """
INSERT INTO sources_candidate
    (source_id, device_key, device_name, payload_key, example, unit, count, first_seen_at, last_seen_at)
SELECT %(source)s, device, name, key, example, unit, count, %(at)s, %(at)s
FROM unnest(%(devices)s::text[], %(names)s::text[], %(keys)s::text[], %(examples)s::text[], %(units)s::text[],
    %(counts)s::bigint[]) AS n (device, name, key, example, unit, count)
WHERE (SELECT count(*) FROM sources_candidate WHERE source_id = %(source)s) < %(limit)s
ORDER BY device, key
ON CONFLICT (source_id, device_key, payload_key) DO UPDATE SET
    device_name = excluded.device_name, example = excluded.example, unit = excluded.unit,
    count = sources_candidate.count + excluded.count, last_seen_at = excluded.last_seen_at
"""
_HOUR = """
INSERT INTO sources_sourcehour (source_id, hour, uplinks, stored, flagged, quarantined, duplicates, errors)
VALUES (%(source)s, date_trunc('hour', %(at)s::timestamptz, 'UTC'), %(uplinks)s, %(stored)s, %(flagged)s,
    %(quarantined)s, %(duplicates)s, %(errors)s)
ON CONFLICT (source_id, hour) DO UPDATE SET uplinks = sources_sourcehour.uplinks + excluded.uplinks,
    stored = sources_sourcehour.stored + excluded.stored, flagged = sources_sourcehour.flagged + excluded.flagged,
    quarantined = sources_sourcehour.quarantined + excluded.quarantined,
    duplicates = sources_sourcehour.duplicates + excluded.duplicates,
    errors = sources_sourcehour.errors + excluded.errors
"""


def heard(uplinks: Iterable[Uplink], source: Source, *, at: datetime) -> None:
    """Note these uplinks with their devices; a device that was never heard is new."""
    latest: dict[str, Uplink] = {}
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    places: dict[str, tuple[float, float]] = {}
    for uplink in uplinks:
        if not usable(uplink.device):
            continue
        latest[uplink.device] = uplink
        counts[uplink.device] += 1
        names[uplink.device] = uplink.device_name or names.get(uplink.device, "")
        if uplink.place is not None:
            places[uplink.device] = uplink.place
    if not latest:
        return
    _execute(_DEVICES, {
        "source": source.pk,
        "at": at,
        "keys": list(latest),
        "names": [_plain(names[key]) for key in latest],
        "counters": [_plain(uplink.counter) for uplink in latest.values()],
        "uplinks": [counts[key] for key in latest],
        "lons": [places[key][0] if key in places else None for key in latest],
        "lats": [places[key][1] if key in places else None for key in latest],
    })  # fmt: skip


def learn(held: Sequence[Held], uplinks: Sequence[Uplink], source: Source, *, at: datetime) -> None:
    """List what nobody has mapped, with an example, for a person to see."""
    unmapped = [one for one in held if one.reason in {Reason.UNKNOWN_DEVICE, Reason.UNKNOWN_KEY}]
    latest = {(uplinks[one.uplink].device, one.key): uplinks[one.uplink] for one in unmapped}
    counts = Counter((uplinks[one.uplink].device, one.key) for one in unmapped)
    if not latest:
        return
    _execute(_CANDIDATES, {
        "source": source.pk,
        "at": at,
        "limit": MAX_CANDIDATES,
        "devices": [device for device, _ in latest],
        "names": [_plain(uplink.device_name) for uplink in latest.values()],
        "keys": [key for _, key in latest],
        "examples": [_plain(_example(uplink.values[key])) for (_, key), uplink in latest.items()],
        "units": [_plain(uplink.units.get(key, ""))[:40] for (_, key), uplink in latest.items()],
        "counts": [counts[pair] for pair in latest],
    })  # fmt: skip


def count(taken: Taken, uplinks: int, source: Source, *, at: datetime) -> None:
    """Add an account to the hour, and note when the source was last seen."""
    _add(source, at, {
        "uplinks": uplinks,
        "stored": taken.accepted + taken.corrected + taken.unchanged,
        "flagged": taken.flagged,
        "quarantined": taken.quarantined,
        "duplicates": taken.duplicates,
    })  # fmt: skip
    Source.objects.filter(pk=source.pk).update(last_seen_at=at)


def prune_hours(*, at: datetime) -> int:
    """Drop the counts of hours that lie more than ``OWLNODE_SOURCE_DAYS`` back; returns how many. Twice is as once."""
    oldest = at - timedelta(days=settings.NODE.source_days)
    return SourceHour.objects.filter(hour__lt=oldest).delete()[0]


def note_error(*, source: Source, message: str, at: datetime) -> None:
    """Note that something from this source could not be read at all; ``message`` holds no secret and no payload."""
    _add(source, at, {"errors": 1})
    Source.objects.filter(pk=source.pk).update(last_error=message[:MAX_ERROR], last_error_at=at)


def refuse(*, source: Source, body: str, code: str, message: str, at: datetime) -> None:
    """Note that a message could not be read, and keep it in quarantine as it came; ``code`` is the reason."""
    with transaction.atomic():
        note_error(source=source, message=message, at=at)
        row = QuarantineRow(payload=body, reason=code[:60], detail=message)
        sensors.quarantine(source=source.batch_source, rows=[row], at=at)


def _add(source: Source, at: datetime, counts: dict[str, int]) -> None:
    nothing = dict.fromkeys(("uplinks", "stored", "flagged", "quarantined", "duplicates", "errors"), 0)
    _execute(_HOUR, {"source": source.pk, "at": at} | nothing | counts)


def _execute(sql: str, params: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _example(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _plain(text: str) -> str:
    return text.replace("\0", "␀").encode(errors="replace").decode()[:MAX_NAME]

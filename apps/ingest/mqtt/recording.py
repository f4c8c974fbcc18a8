"""SensorThings creations into the table: which datastreams a source may write is its right, the rest waits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from apps.ingest import rows as row_format
from apps.ingest.mqtt.creating import Created, Creation, Refused
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sources import selectors as source_selectors
from apps.sources import services as sources
from apps.sources.types import Taken

if TYPE_CHECKING:
    from apps.sources.models import Source

DEVICE = "datastream/"
KEY = "result"
MAX_RAW = 20_000


def record(*, source: Source, creations: Sequence[Creation], at: datetime) -> None:
    """Store what the source may store as one batch, keep the rest in quarantine, add both to the source's account.

    Runs in the caller's transaction. Values are judged by the rules of plausibility like all others.
    """
    rows = [row for creation in creations for row in creation.rows]
    refused = [row for creation in creations for row in creation.refused]
    allowed = source_selectors.direct(source, {int(row.reading.datastream) for row in rows})
    taken = [row for row in rows if row.reading.datastream in allowed]
    waiting = [_waiting(row, "unknown-device", _no_right(row)) for row in rows if row.reading.datastream not in allowed]
    result = sensor_types.BatchResult(None)
    if taken:
        readings = sources.assess(readings=_columns(taken))
        result = sensors.record(readings=readings, source=source.batch_source, at=at)
        waiting += [_waiting(taken[one.row], one.reason, one.detail) for one in result.rejected]
        waiting += _superseded(taken, result.superseded)
    waiting += [_kept(row) for row in refused]
    if waiting:
        sensors.quarantine(source=source.batch_source, rows=waiting, at=at)
    account = Taken(
        accepted=result.accepted,
        corrected=result.corrected,
        unchanged=len(rows) + len(refused) - len(waiting) - result.accepted - result.corrected,
        quarantined=len(waiting),
    )
    sources.count(account, len(creations), source, at=at)


def _columns(rows: Sequence[Created]) -> sensor_types.Readings:
    readings = [row.reading for row in rows]
    result_times = [-1 if reading.result_time is None else reading.result_time for reading in readings]
    return sensor_types.Readings.build(
        datastream=[int(reading.datastream) for reading in readings],
        time=[reading.time for reading in readings],
        span=[reading.span for reading in readings],
        result=[reading.result for reading in readings],
        result_time=result_times if max(result_times) >= 0 else None,
        feature=[row.feature for row in rows] if any(row.feature for row in rows) else None,
        extra=[reading.extra for reading in readings] if any(reading.extra for reading in readings) else None,
    )


def _superseded(rows: Sequence[Created], superseded: Sequence[int]) -> list[sensor_types.QuarantineRow]:
    """Of two different values for one time in one batch the later one stands; the other is told and kept."""
    last = {_place(row): repr(row.reading) for row in rows}
    detail = "a later value that came with it has another result for this time"
    return [
        _waiting(rows[place], "superseded", detail)
        for place in superseded
        if repr(rows[place].reading) != last[_place(rows[place])]  # two NaN differ, their texts do not
    ]


def _place(row: Created) -> tuple[str | int, int, int]:
    return row.reading.datastream, row.reading.time, row.reading.span


def _no_right(row: Created) -> str:
    return f"datastream {row.reading.datastream} is not here, or not one that this source may write"


def _waiting(row: Created, reason: str, detail: str) -> sensor_types.QuarantineRow:
    """In the form in which a mapping takes it in later: the datastream is the device, its result the only key."""
    moment = sensor_types.datetime_of(row.reading.time).astimezone(UTC)
    kept: dict[str, Any] = {
        "device": f"{DEVICE}{row.reading.datastream}",
        "key": KEY,
        "value": row.raw.get("result"),
        "time": moment.isoformat(),
        "span": row.reading.span,
        "raw": row_format.as_text(row.raw)[:MAX_RAW],
    }
    payload = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return sensor_types.QuarantineRow(payload=payload, reason=reason, detail=detail, occurred_at=moment)


def _kept(row: Refused) -> sensor_types.QuarantineRow:
    return sensor_types.QuarantineRow(
        payload=json.dumps({"raw": row_format.as_text(row.raw)[:MAX_RAW]}, ensure_ascii=False),
        reason=row.reason,
        detail=row.detail,
    )

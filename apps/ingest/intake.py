"""From rows of the HTTP intake to a batch: what is understood and allowed is recorded, the rest told and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.ingest import rows as row_format
from apps.ingest.rows import Reading, RowRefused
from apps.sensors import selectors as sensor_selectors
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sources import services as sources

SCOPE = "ingest:write"
MAX_ERRORS = 1_000
MAX_ID = 2**31 - 1
SEPARATORS = re.compile(r"[/:.]")


@dataclass(frozen=True, slots=True)
class Gateway:
    """Who sends: the public part of its token, and its scopes. Scopes ``ingest:write:<prefix>`` narrow what it may
    write to datastreams whose external key begins with these words (``a:b`` allows ``a/b`` and all below)."""

    name: str
    scopes: tuple[str, ...]

    def may_write(self, key: str) -> bool:
        """May it write the datastream with this external key?"""
        narrowed = [scope.removeprefix(f"{SCOPE}:") for scope in self.scopes if scope.startswith(f"{SCOPE}:")]
        path = SEPARATORS.sub(":", key).lower()
        return not narrowed or any(path == prefix or path.startswith(f"{prefix}:") for prefix in narrowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What all rows of one call share."""

    source: str
    client_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not taken; ``row`` counts from 0."""

    row: int
    reason: str
    detail: str


@dataclass(slots=True)
class Outcome:
    """What became of a call. ``duplicate``: the client key was used before; the counts are those of the first time."""

    batch: int | None = None
    duplicate: bool = False
    accepted: int = 0
    unchanged: int = 0
    corrected: int = 0
    errors: list[RowError] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The JSON answer; at most 1,000 errors are listed, ``rejected`` counts them all."""
        listed = sorted(self.errors, key=lambda error: error.row)[:MAX_ERRORS]
        return {
            "batch": self.batch,
            "duplicate": self.duplicate,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "corrected": self.corrected,
            "rejected": len(self.errors),
            "errors": [{"row": error.row, "reason": error.reason, "detail": error.detail} for error in listed],
        }


def take(*, gateway: Gateway, rows: Sequence[Any], client_key: str, at: datetime) -> Outcome:
    """Record what can be recorded and quarantine the rest, in one transaction.

    ``client_key`` '' means none. The same key again changes nothing, whatever the rows are.
    """
    outcome = Outcome()
    understood = _understood(rows, outcome)
    ids = _resolve(understood, gateway, outcome)
    kept = [(index, reading) for index, reading in understood if index in ids]
    batch = Batch(source=f"ingest:{gateway.name}", client_key=client_key, at=at)
    with transaction.atomic():
        if kept:
            _record(kept, ids, batch, outcome)
        if outcome.errors and not outcome.duplicate:
            waiting = [_kept_row(error, rows[error.row]) for error in outcome.errors]
            sensors.quarantine(source=batch.source, rows=waiting, at=at)
    return outcome


def _understood(rows: Sequence[Any], outcome: Outcome) -> list[tuple[int, Reading]]:
    found: list[tuple[int, Reading]] = []
    for index, row in enumerate(rows):
        try:
            found.append((index, row_format.parse(row)))
        except RowRefused as error:
            outcome.errors.append(RowError(index, error.reason, str(error)))
    return found


def _resolve(understood: Sequence[tuple[int, Reading]], gateway: Gateway, outcome: Outcome) -> dict[int, int]:
    """Row number → datastream id, for those that exist here and that the gateway may write."""
    keys = own_keys({reading.datastream for _, reading in understood})
    found: dict[int, int] = {}
    for index, reading in understood:
        named = keys.get(reading.datastream)
        key = named[1] if named else reading.datastream if isinstance(reading.datastream, str) else ""
        if not gateway.may_write(key):
            detail = "this token may not write that datastream"
            outcome.errors.append(RowError(index, "not-permitted", detail))
        elif named is None:
            detail = f"{str(reading.datastream)[:200]!r} is no datastream of this node"
            outcome.errors.append(RowError(index, sensor_types.Reason.UNKNOWN_DATASTREAM, detail))
        else:
            found[index] = named[0]
    return found


def own_keys(named: Iterable[str | int]) -> dict[str | int, tuple[int, str]]:
    """This node's own datastreams among those named by external key or id: name → (id, external key)."""
    wanted = set(named)
    keys = [name for name in wanted if isinstance(name, str)]
    ids = [name for name in wanted if isinstance(name, int) and 0 < name <= MAX_ID]
    found: dict[str | int, tuple[int, str]] = {
        key: (number, key) for key, number in sensor_selectors.by_external_keys(keys).items()
    }
    if ids:
        own = sensor_selectors.own_datastreams().filter(pk__in=ids).values_list("pk", "external_key")
        found |= {number: (number, key) for number, key in own}
    return found


def columns(kept: Sequence[tuple[int, Reading]]) -> sensor_types.Readings:
    """Readings with their datastreams' ids as the columns that ``sensors.record`` takes."""
    readings = [reading for _, reading in kept]
    result_times = [-1 if reading.result_time is None else reading.result_time for reading in readings]
    return sensor_types.Readings.build(
        datastream=[number for number, _ in kept],
        time=[reading.time for reading in readings],
        span=[reading.span for reading in readings],
        result=[reading.result for reading in readings],
        result_time=result_times if max(result_times, default=-1) >= 0 else None,
        extra=[reading.extra for reading in readings] if any(reading.extra for reading in readings) else None,
    )


def _record(kept: Sequence[tuple[int, Reading]], ids: Mapping[int, int], batch: Batch, outcome: Outcome) -> None:
    readings = sources.assess(readings=columns([(ids[index], reading) for index, reading in kept]))
    result = sensors.record(readings=readings, source=batch.source, client_key=batch.client_key or None, at=batch.at)
    outcome.batch = result.batch_id
    outcome.duplicate = result.duplicate_of is not None
    outcome.accepted, outcome.corrected, outcome.unchanged = result.accepted, result.corrected, result.unchanged
    for rejection in result.rejected:
        outcome.errors.append(RowError(kept[rejection.row][0], rejection.reason, rejection.detail))
    _settle_superseded(kept, result.superseded, outcome)


def _settle_superseded(kept: Sequence[tuple[int, Reading]], superseded: Sequence[int], outcome: Outcome) -> None:
    """A row that a later one of the call repeats is unchanged; one that it contradicts is told and kept."""
    last = {(reading.datastream, reading.time, reading.span): reading for _, reading in kept}
    for row in superseded:
        index, reading = kept[row]
        later = last[reading.datastream, reading.time, reading.span]
        if repr(reading) == repr(later):  # two NaN differ, their texts do not
            outcome.unchanged += 1
        else:
            detail = "a later row of the same call gives another value for this time"
            outcome.errors.append(RowError(index, "superseded", detail))


def _kept_row(error: RowError, row: Any) -> sensor_types.QuarantineRow:
    kept = row_format.keepable(row)
    return sensor_types.QuarantineRow(
        payload=json.dumps(kept, ensure_ascii=False, sort_keys=True), reason=error.reason, detail=error.detail
    )

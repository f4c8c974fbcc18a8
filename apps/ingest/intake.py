"""From rows of the HTTP intake to a batch: what is understood and allowed is recorded, the rest told and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.ingest import rows as row_format
from apps.ingest.rows import Reading, RowRefused
from apps.sensors import selectors as sensor_selectors
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types

SCOPE = "ingest:write"
MAX_ERRORS = 1_000
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
    source = f"ingest:{gateway.name}"
    with transaction.atomic():
        if kept or client_key:
            _record(kept, ids, source, client_key, outcome, at)
        if outcome.errors and not outcome.duplicate:
            sensors.quarantine(source=source, rows=[_kept_row(error, rows[error.row]) for error in outcome.errors])
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

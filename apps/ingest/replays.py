"""Quarantined input understood at last: rows whose datastream is known by now, or is named by a mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.core.errors import Invalid
from apps.ingest import intake
from apps.ingest import rows as row_format
from apps.ingest.rows import RowRefused
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sources import services as sources
from apps.sources import types as source_types

#: Reasons that knowing the datastream heals. The others need a person who names them.
HEALED_BY_MAPPING = ("unknown-datastream", "unknown-column")


def replay(*, ids: Sequence[int], mapping: Mapping[str, str]) -> sensor_types.ReplayResult:
    """Take waiting rows in again, those under an external key of ``mapping`` under the key it gives.

    Each row is settled by itself and once. Raises Invalid when the mapping names a datastream that is not here.
    """
    known = intake.own_keys(mapping.values())
    missing = sorted(set(mapping.values()) - {str(key) for key in known})
    if missing:
        raise Invalid(f"{missing[0]!r} is no datastream of this node.", part="map", remedy="Register it first.")
    return sensors.replay(ids=ids, resolver=lambda source, payload: _resolve(source, payload, mapping))


def _resolve(source: str, payload: str, mapping: Mapping[str, str]) -> sensor_types.Readings | None:
    """What came from a source of the field is resolved by that source's own mappings."""
    if source.startswith(source_types.SOURCE_PREFIX):
        return sources.resolve(source, payload)
    return resolve(payload, mapping)


def resolve(payload: str, mapping: Mapping[str, str]) -> sensor_types.Readings | None:
    """The reading in a quarantined payload, of the HTTP intake or of a recording; None when it has none to give."""
    reading = _parsed(payload)
    if reading is None:
        return None
    name = mapping.get(str(reading.datastream), reading.datastream)
    named = intake.own_keys([name]).get(name)
    return intake.columns([(named[0], replace(reading, datastream=name))]) if named else None


def piece(payload: str) -> sources.Piece | None:
    """The reading in a payload with its datastream still open, for a person who names one; None when there is none."""
    reading = _parsed(payload)
    if reading is None:
        return None
    return sources.Piece(str(reading.datastream), intake.columns([(0, reading)]))


def _parsed(payload: str) -> row_format.Reading | None:
    row = reading_in(payload)
    try:
        return None if row is None else row_format.parse(row)
    except RowRefused:
        return None


def reading_in(payload: str) -> dict[str, Any] | None:
    """The row that a payload holds, as the HTTP intake would take it; None when there is none."""
    try:
        kept = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if isinstance(kept, dict) and "recording" in kept:
        kept = kept.get("reading")
    return kept if isinstance(kept, dict) else None

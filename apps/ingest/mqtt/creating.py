"""SensorThings MQTT create (OGC 18-088, section 14.1): from topic and payload to rows, each understood or refused.

Understood are ``…/v1.1/Observations``, ``…/v1.1/Datastreams(1)/Observations`` (one observation each, or a list) and
``…/v1.1/CreateObservations`` (the data array extension, section 13.2). Whatever stands before ``v1.1`` is the broker's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.core.errors import Invalid
from apps.ingest import envelope
from apps.ingest import rows as row_format
from apps.ingest.rows import Reading, RowRefused

TOPIC = re.compile(
    r"(?:.+/)?v1\.[01]/(?:Datastreams\((?P<id>[0-9]{1,10})\)/Observations|Observations|CreateObservations)", re.ASCII
)
FIELDS = {
    "phenomenonTime": "time",
    "result": "result",
    "resultTime": "resultTime",
    "resultQuality": "quality",
    "parameters": "parameters",
}
FEATURE = "FeatureOfInterest"
COMPONENTS = frozenset(FIELDS) | {f"{FEATURE}/id"}
MAX_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Refused:
    """An observation that cannot be created: a stable word, a sentence, and what came."""

    reason: str
    detail: str
    raw: Any


@dataclass(frozen=True, slots=True)
class Created:
    """An observation to be: ``feature`` is the id of its feature of interest, 0 for none; ``raw`` is what came."""

    reading: Reading
    feature: int
    raw: Any


@dataclass(slots=True)
class Creation:
    """What one message asks for. ``is_dated`` is false when a reading's time is that of its arrival."""

    rows: list[Created] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    is_dated: bool = True


def parse(topic: str, payload: bytes, *, at: datetime) -> Creation:
    """Read one message that arrived at ``at``. Raises Invalid when topic or payload are none of these as a whole."""
    match = TOPIC.fullmatch(topic)
    if match is None:
        raise Invalid("The topic names no set of observations.", code="unknown-topic", part="topic")
    document = _document(payload)
    found = Creation()
    for row in _rows(document, match["id"], is_array=topic.endswith("/CreateObservations")):
        if isinstance(row, Refused):
            found.refused.append(row)
        else:
            _add(found, row, at)
    if not found.rows and not found.refused:
        raise Invalid("There is no observation in the payload.", code="no-observation", part="payload")
    return found


def _document(payload: bytes) -> Any:
    """The JSON, read as strictly as over HTTP: keys that stand twice and numbers that are none are told apart."""
    try:
        return envelope.loads(payload.decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid("The payload is not UTF-8.", code="not-utf-8", part="payload") from None
    except (ValueError, RecursionError):
        raise Invalid("The payload is not JSON.", code="not-json", part="payload") from None


def _rows(document: Any, stream: str | None, *, is_array: bool) -> Iterator[Mapping[str, Any] | Refused]:
    """The observations as objects, their datastream beside them where topic or data array name it."""
    if is_array:
        groups = document if isinstance(document, list) else [document]
        for group in groups:
            yield from _expanded(group)
        return
    for entity in document if isinstance(document, list) else [document]:
        if isinstance(entity, envelope.Unusable):
            yield Refused(entity.reason, entity.detail, entity)
        elif not isinstance(entity, dict):
            yield Refused("wrong-type", "an observation must be an object", entity)
        elif stream is None:
            yield entity
        else:
            yield {**entity, "Datastream": {"@iot.id": int(stream)}}


def _expanded(group: Any) -> Iterator[Mapping[str, Any] | Refused]:
    """One datastream's part of a data array: ``components`` name the columns of ``dataArray``."""
    if not isinstance(group, dict) or not isinstance(group.get("dataArray"), list):
        yield Refused("wrong-type", "a part of CreateObservations must be an object with “dataArray”", group)
        return
    names = group.get("components")
    if not isinstance(names, list) or not names or any(not isinstance(name, str) for name in names):
        yield Refused("wrong-type", "“components” must name the columns of “dataArray”", group)
        return
    if unknown := set(names) - COMPONENTS:
        yield Refused("unknown-field", f"{min(unknown)[:60]!r} is no component of an observation", group)
        return
    for values in group["dataArray"]:
        if not isinstance(values, list) or len(values) != len(names):
            yield Refused("wrong-type", f"a row of “dataArray” must have {len(names)} values", values)
            continue
        row = dict(zip(names, values, strict=True))
        feature = row.pop(f"{FEATURE}/id", None)
        linked = {} if feature is None else {FEATURE: {"@iot.id": feature}}
        yield {**row, **linked, "Datastream": group.get("Datastream")}


def _add(found: Creation, row: Mapping[str, Any], at: datetime) -> None:
    try:
        feature = _feature(row)
        reading = row_format.parse(_as_row(row, at))
    except RowRefused as refusal:
        found.refused.append(Refused(refusal.reason, str(refusal), row))
        return
    found.rows.append(Created(reading, feature, row))
    found.is_dated &= row.get("phenomenonTime") is not None or row.get("resultTime") is not None


def _as_row(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The observation as a row of the HTTP intake; without a phenomenon time it is of its result time, or of now."""
    if unknown := set(row) - set(FIELDS) - {"Datastream", FEATURE}:
        raise RowRefused("unknown-field", f"{min(unknown)[:60]!r} is not a field of an observation")
    known = {FIELDS[name]: value for name, value in row.items() if name in FIELDS and value is not None}
    known.setdefault("time", row.get("resultTime") or at.isoformat())
    return {**known, "datastream": _linked(row, "Datastream")}


def _feature(row: Mapping[str, Any]) -> int:
    if row.get(FEATURE) is None:
        return 0
    return _linked(row, FEATURE)


def _linked(row: Mapping[str, Any], name: str) -> int:
    link = row.get(name)
    if link is None:
        raise RowRefused(f"missing-{name.lower()}", f"an observation needs its {name}")
    if not isinstance(link, Mapping) or set(link) != {"@iot.id"}:
        raise RowRefused("inline-entity", f"a {name} is named by its “@iot.id”; new ones are made over HTTP")
    number = link["@iot.id"]
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= MAX_ID:
        raise RowRefused("wrong-type", f"the “@iot.id” of a {name} is a number")
    return number

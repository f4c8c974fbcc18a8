"""SensorThings 1.1: an Observation by MQTT (OGC 18-088, section 14.2) or CreateObservations (section 13.2).

Each becomes an uplink of the device ``datastream/<id>`` with the key ``result``; which datastreams a source may name
directly is a matter of its settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest import rows
from apps.ingest.payloads import documents
from apps.ingest.payloads.context import Context, Parsed
from apps.ingest.rows import RowRefused
from apps.sensors.types import datetime_of
from apps.sources.types import Uplink

TOPIC = re.compile(r"(?:.*/)?Datastreams\((?P<id>\d{1,10})\)/Observations/?", re.ASCII)
MANY = "CreateObservations"
FIELDS = {
    "phenomenonTime", "result", "resultTime", "parameters", "resultQuality", "Datastream", "FeatureOfInterest",
    "FeatureOfInterest/id", "validTime", "@iot.id",
}  # fmt: skip
NOT_TAKEN = ("FeatureOfInterest", "FeatureOfInterest/id", "validTime", "@iot.id")


def read(body: bytes, context: Context) -> Parsed:
    """The observations in a body; the topic says which form it has. Raises Invalid, TooLarge."""
    document = documents.load(body)
    if context.topic.rstrip("/").rpartition("/")[2] == MANY:
        return Parsed(uplinks=tuple(_many(document)))
    match = TOPIC.fullmatch(context.topic)
    if not isinstance(document, dict):
        raise Invalid(_("An observation is a JSON object."), part="body")
    named = int(match["id"]) if match else _datastream(document)
    return Parsed(uplinks=(_uplink(named, document),))


def _many(document: Any) -> Iterable[Uplink]:
    if not isinstance(document, list):
        raise Invalid(_("CreateObservations takes a list."), part="body")
    count = 0
    for index, group in enumerate(document):
        part = f"[{index}]"
        if not isinstance(group, dict):
            raise Invalid(_("“%(name)s” must be an object.") % {"name": part}, part=part)
        names, found = group.get("components"), group.get("dataArray")
        if not isinstance(names, list) or not isinstance(found, list):
            raise Invalid(_("“components” and “dataArray” must be lists."), part=part)
        if not all(isinstance(name, str) for name in names):
            raise Invalid(_("“components” holds names."), part=f"{part}.components")
        count += len(found)
        if count > documents.MAX_VALUES:
            raise documents.too_many()
        named = _datastream(group)
        for row in found:
            yield _row(named, names, row)


def _row(named: int, names: list[str], row: Any) -> Uplink:
    if not isinstance(row, list) or len(row) != len(names):
        detail = "a row of dataArray has a value for every component"
        return Uplink(device=_device(named), problem="wrong-row", detail=detail, raw=documents.as_text(row))
    return _uplink(named, dict(zip(names, row, strict=True)))


def _datastream(document: dict[str, Any]) -> int:
    found = document.get("Datastream")
    named = found.get("@iot.id") if isinstance(found, dict) else None
    if isinstance(named, bool) or not isinstance(named, int) or not 0 < named < 2**31:
        raise Invalid(_("The datastream is not named by its id."), part="Datastream")
    return named


def _device(named: int) -> str:
    return f"datastream/{named}"


def _uplink(named: int, observation: dict[str, Any]) -> Uplink:
    """One observation; one that cannot be read keeps its reason and costs no other."""
    raw = documents.as_text(observation)
    try:
        _check(observation)
        time, span = _interval(observation.get("phenomenonTime"))
        told = observation.get("resultTime")
        beside = {"quality": observation.get("resultQuality"), "parameters": observation.get("parameters")}
        return Uplink(
            device=_device(named),
            time=time,
            span=span,
            result_time=None if told is None else datetime_of(rows.moment(told)),
            values={"result": observation.get("result")},
            beside={name: value for name, value in beside.items() if value is not None},
            raw=raw,
        )
    except RowRefused as error:
        return Uplink(device=_device(named), problem=error.reason, detail=str(error), raw=raw)


def _check(observation: dict[str, Any]) -> None:
    if unknown := sorted(set(observation) - FIELDS):
        raise RowRefused("unknown-field", f"{unknown[0][:60]!r} is not a field of an observation")
    if not_taken := [name for name in NOT_TAKEN if observation.get(name) is not None]:
        raise RowRefused("field-not-taken", f"{not_taken[0]!r} cannot be set by this way; use the SensorThings API")
    rows.check(observation)
    if not isinstance(observation.get("parameters") or {}, dict):
        raise RowRefused("wrong-type", "'parameters' must be an object")


def _interval(value: Any) -> tuple[datetime | None, int]:
    if value is None:
        return None, 0
    start, span = rows.interval(value)
    return datetime_of(start), span

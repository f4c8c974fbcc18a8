"""NGSI-LD notifications (ETSI GS CIM 009, section 5.8.6; normalised, concise and simplified form)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest.payloads import documents
from apps.ingest.payloads.context import Context, Parsed
from apps.sources.types import Uplink

NO_READINGS = frozenset(
    {"id", "type", "@context", "scope", "createdAt", "modifiedAt", "observationSpace", "operationSpace"}
)
NO_READING_TYPES = frozenset({"Relationship", "LanguageProperty", "VocabProperty", "ListRelationship"})
UNITS = {
    "CEL": "°C", "KEL": "K", "FAH": "°F", "P1": "%", "C62": "1", "PAL": "Pa", "A97": "hPa", "MBR": "mbar",
    "GQ": "µg/m³", "GP": "mg/m³", "59": "ppm", "61": "ppb", "MTS": "m/s", "KMH": "km/h", "MTR": "m", "CMT": "cm",
    "MMT": "mm", "DD": "°", "VLT": "V", "2Z": "mV", "AMP": "A", "WTT": "W", "KWH": "kWh", "WHR": "Wh", "LTR": "l",
    "MTQ": "m³", "MQS": "m³/s", "LUX": "lx", "2N": "dB", "DBM": "dBm", "D54": "W/m²", "SEC": "s", "MIN": "min",
    "HUR": "h", "KGM": "kg", "GRM": "g",
}  # fmt: skip
"""Units by their code of UN/CEFACT recommendation 20; others stay as they are."""


def read(body: bytes, context: Context) -> Parsed:
    """One uplink an entity: its properties by name, each with its own ``observedAt``. Raises Invalid, TooLarge."""
    document = documents.load_object(body)
    if document.get("type") != "Notification":
        raise Invalid(_("This is no NGSI-LD notification."), part="type")
    entities = document.get("data")
    if not isinstance(entities, list):
        raise Invalid(_("“%(name)s” must be a list.") % {"name": "data"}, part="data")
    if len(entities) > documents.MAX_VALUES:
        raise documents.too_many()
    notified = documents.moment(document.get("notifiedAt"), "notifiedAt")
    identity = documents.text(document, "id")
    counters = (f"{identity}#{index}" if identity else "" for index in range(len(entities)))
    return Parsed(uplinks=tuple(_uplink(entity, notified, next(counters)) for entity in entities))


def _uplink(entity: Any, notified: datetime | None, counter: str) -> Uplink:
    """One entity; one that cannot be read keeps its reason and costs no other."""
    raw = documents.as_text(entity)
    if not isinstance(entity, dict) or not isinstance(entity.get("id"), str):
        return Uplink(device="-", problem="missing-id", detail="an entity is an object with an id", raw=raw)
    try:
        return _read(entity, notified, counter, raw)
    except Invalid as error:
        return Uplink(device=entity["id"], problem=error.code, detail=error.message, raw=raw)


def _read(entity: dict[str, Any], notified: datetime | None, counter: str, raw: str) -> Uplink:
    values: dict[str, Any] = {}
    times: dict[str, datetime] = {}
    units: dict[str, str] = {}
    for name, attribute in _attributes(entity):
        for key, value in documents.flatten({name: attribute["value"]}).items():
            values[key] = value
            if (moment := documents.moment(attribute.get("observedAt"), f"{name}.observedAt")) is not None:
                times[key] = moment
            if isinstance(code := attribute.get("unitCode"), str):
                units[key] = UNITS.get(code, code)
    return Uplink(
        device=entity["id"],
        device_name=_name(entity),
        time=notified,
        counter=counter,
        values=values,
        times=times,
        units=units,
        place=_place(entity.get("location")),
        raw=raw,
    )


def _attributes(entity: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property with a value, under its name; several of one name are told apart by their ``datasetId``."""
    for name, found in entity.items():
        if name in NO_READINGS or name in {"location", "name"}:
            continue
        for attribute in found if _is_multiple(found) else [found]:
            if not isinstance(attribute, dict):
                yield name, {"value": attribute}
            elif attribute.get("type", "Property") == "Property" and "value" in attribute:
                dataset = attribute.get("datasetId")
                yield f"{name}@{dataset}" if isinstance(dataset, str) else name, attribute
            elif not _brings_no_reading(attribute):
                yield name, {"value": attribute}


def _is_multiple(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(one, dict) and "type" in one for one in found)


def _brings_no_reading(attribute: dict[str, Any]) -> bool:
    """Relationships point elsewhere, places are no readings."""
    kind = attribute.get("type")
    return kind == "GeoProperty" or (isinstance(kind, str) and kind in NO_READING_TYPES) or "object" in attribute


def _name(entity: dict[str, Any]) -> str:
    found = entity.get("name")
    value = found.get("value") if isinstance(found, dict) else found
    return value[: documents.MAX_TEXT] if isinstance(value, str) else ""


def _place(found: Any) -> tuple[float, float] | None:
    """The coordinates of a GeoProperty that is a point (RFC 7946)."""
    value = found.get("value", found) if isinstance(found, dict) else None
    if not isinstance(value, dict) or value.get("type") != "Point":
        return None
    pair = value.get("coordinates")
    return documents.place(pair[0], pair[1]) if isinstance(pair, list) and len(pair) in {2, 3} else None

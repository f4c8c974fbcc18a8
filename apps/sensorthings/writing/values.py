"""Properties on the wire as columns of the domain: one table of names, and the few that are not simply one column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from apps.core.errors import Invalid
from apps.sensors.types import Noun
from apps.sensorthings.entities import OBSERVATIONS, EntityType, Kind
from apps.sensorthings.writing import times
from apps.sensorthings.writing.bodies import as_object

NOUNS: Mapping[str, Noun] = {
    "Things": Noun.THING,
    "Locations": Noun.LOCATION,
    "HistoricalLocations": Noun.HISTORICAL_LOCATION,
    "Datastreams": Noun.DATASTREAM,
    "Sensors": Noun.SENSOR,
    "ObservedProperties": Noun.OBSERVED_PROPERTY,
    "FeaturesOfInterest": Noun.FEATURE,
}
_UNIT = {"name": "unit_name", "symbol": "unit_symbol", "definition": "unit_definition"}
_DEFAULTS: Mapping[str, Any] = {"properties": {}}


def columns(entity: EntityType, given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that the given properties set. Raises Invalid naming a property that is not as it should be.

    What the server keeps itself – ids, links, times of a datastream – may be echoed and is not looked at.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        prop = entity.properties[name]
        if name == "unitOfMeasurement":
            found |= _unit(value)
        elif name == "observedArea":
            found["observed_area"] = value
        elif prop.writable and prop.field:
            found[prop.field] = times.moment(value, part=name) if prop.kind is Kind.TIME else value
            if value is None and name in _DEFAULTS:
                found[prop.field] = _DEFAULTS[name]
    return found


def complete(entity: EntityType, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given properties with those that are missing as if they were never set, for PUT and POST.

    Raises Invalid naming the first mandatory property that is missing (OGC 18-088, tables 3 to 16).
    """
    for prop in entity.properties.values():
        if prop.required and given.get(prop.name) is None and not (prop.kind is Kind.RESULT and prop.name in given):
            raise Invalid(f"{entity.singular} needs {prop.name}.", part=prop.name)
    return {name: value for name, value in _DEFAULTS.items() if name in entity.properties} | dict(given)


def result(value: Any) -> tuple[float, dict[str, Any]]:
    """A result as number (NaN for none) and what of it goes into the JSON tail: any JSON type is welcome."""
    if value is None:
        return math.nan, {"result": None}
    if type(value) in (int, float):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise Invalid("result is greater than any number this node can keep.", part="result")
        return number, {"result": None}
    return math.nan, {"result": value}


def observation(given: Mapping[str, Any]) -> tuple[dict[str, int | float], dict[str, Any]]:
    """Columns and members of the JSON tail that the given properties of an observation set (see ``sensors``)."""
    found: dict[str, int | float] = {}
    extra: dict[str, Any] = {}
    for name, value in given.items():
        if name in _OBSERVED:
            _OBSERVED[name](value, found, extra)
    return found, extra


def shown(entity: EntityType, row: Any) -> dict[str, Any]:
    """What a client may set of an entity, as JSON values: the document that a JSON Patch is applied to."""
    if entity is OBSERVATIONS:
        return _shown_observation(row)
    found: dict[str, Any] = {}
    for prop in entity.properties.values():
        if prop.name == "unitOfMeasurement":
            found[prop.name] = {name: getattr(row, column) for name, column in _UNIT.items()}
        elif prop.name != "id" and prop.field:
            value = getattr(row, prop.field)
            found[prop.name] = value.isoformat() if prop.kind is Kind.TIME else value
    return found


def _shown_observation(row: Any) -> dict[str, Any]:
    extra = row.extra or {}
    period = row.phenomenon_time.isoformat()
    return {
        "phenomenonTime": f"{period}/{row.phenomenon_end.isoformat()}" if row.span else period,
        "resultTime": None if row.result_time is None else row.result_time.isoformat(),
        "result": extra.get("result") if row.result is None else row.result,
        "resultQuality": extra.get("quality"),
        "validTime": extra.get("validTime"),
        "parameters": extra.get("parameters"),
    }


def small_id(key: int, *, part: str) -> int:
    """The id of a datastream or feature, which are 32 bits wide. Raises Invalid for a greater one."""
    if key >= 1 << 31:
        raise Invalid(f"There is no {part} {key}.", part=part)
    return key


def _phenomenon_time(value: Any, found: dict[str, int | float], extra: dict[str, Any]) -> None:
    found["time"], found["span"] = times.period(value, part="phenomenonTime")


def _result_time(value: Any, found: dict[str, int | float], extra: dict[str, Any]) -> None:
    found["result_time"] = -1 if value is None else times.instant(value, part="resultTime")


def _result(value: Any, found: dict[str, int | float], extra: dict[str, Any]) -> None:
    found["result"], more = result(value)
    extra |= more


def _quality(value: Any, found: dict[str, int | float], extra: dict[str, Any]) -> None:
    extra["quality"] = value


def _parameters(value: Any, found: dict[str, int | float], extra: dict[str, Any]) -> None:
    extra["parameters"] = None if value is None else as_object(value, part="parameters")


def _valid_time(value: Any, found: dict[str, int | float], extra: dict[str, Any]) -> None:
    extra["validTime"] = None if value is None else times.interval_text(value, part="validTime")


def _unit(value: Any) -> dict[str, Any]:
    unit = as_object(value, part="unitOfMeasurement")
    unknown = unit.keys() - _UNIT
    if unknown:
        raise Invalid("A unit has name, symbol and definition.", part=f"unitOfMeasurement/{min(unknown)}"[:200])
    return {column: "" if unit.get(name) is None else unit[name] for name, column in _UNIT.items()}


_OBSERVED: Mapping[str, Callable[[Any, dict[str, int | float], dict[str, Any]], None]] = {
    "phenomenonTime": _phenomenon_time,
    "resultTime": _result_time,
    "result": _result,
    "resultQuality": _quality,
    "parameters": _parameters,
    "validTime": _valid_time,
}

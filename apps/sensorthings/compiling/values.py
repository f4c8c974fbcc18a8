"""Typed pieces of SQL, and how one type is read as another.

A missing value makes any comparison unknown, as in SQL: neither it nor its negation matches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.entities import EntityType
from apps.sensorthings.errors import BadQuery
from apps.sensorthings.language import times
from apps.sensorthings.language.tree import Duration, Geometry, Literal

MAX_INT = (1 << 63) - 1


class Type(StrEnum):
    """What a value is. ``ANY`` is JSON, whose type each row decides."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    TIME = "time"
    PERIOD = "period"
    DATE = "date"
    CLOCK = "time of day"
    DURATION = "duration"
    ANY = "JSON"
    GEOMETRY = "geometry"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Value:
    """SQL with its type and the text it came from.

    ``end``: the second half of a period. ``number``: of JSON, where numbers stand in a column of their own.
    ``literal``: the constant, if it is one. ``owner``: of a geometry, the entity type and alias it belongs to.
    """

    type: Type
    sql: str
    text: str
    end: str = ""
    number: str = ""
    literal: Literal | None = None
    owner: tuple[EntityType, str] | None = None


def constant(node: Literal, scope: Scope) -> Value:
    """A literal with its value bound."""
    value = node.value
    if isinstance(value, tuple):
        begin, end = (scope.bind(moment, "timestamptz") for moment in value)
        return Value(Type.PERIOD, begin, node.text, end=end, literal=node)
    for kind, found, cast in _CONSTANTS:
        if isinstance(value, kind):
            return Value(found, scope.bind(getattr(value, "iso", value), cast), node.text, literal=node)
    if isinstance(value, Geometry):
        return Value(Type.GEOMETRY, "", node.text, literal=node)
    return Value(Type.NULL, "NULL", node.text, literal=node)


_CONSTANTS: tuple[tuple[type[Any], Type, str], ...] = (
    (bool, Type.BOOLEAN, "boolean"),
    (int, Type.NUMBER, ""),
    (float, Type.NUMBER, "float8"),
    (str, Type.TEXT, "text"),
    (datetime, Type.TIME, "timestamptz"),
    (date, Type.DATE, "date"),
    (time, Type.CLOCK, "time"),
    (Duration, Type.DURATION, "interval"),
)


def number(value: Value, scope: Scope) -> str:
    """The value as a number; of JSON only numbers count; a text literal may hold one. Raises BadQuery."""
    if value.type is Type.NUMBER:
        return value.sql
    if value.type is Type.ANY:
        return value.number or f"(CASE WHEN jsonb_typeof({value.sql}) = 'number' THEN ({value.sql})::float8 END)"
    if value.type is Type.NULL:
        return "NULL::float8"
    found = number_in(value)
    if found is None:
        raise _wrong(value, "a number")
    return scope.bind(found, "float8")


def number_in(value: Value) -> float | None:
    """The number that a text literal holds, or None."""
    text = value.literal.value if value.literal is not None else None
    if not isinstance(text, str):
        return None
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def text(value: Value) -> str:
    """The value as a text that compares by code point; of JSON only strings count. Raises BadQuery."""
    if value.type is Type.TEXT:
        return f'({value.sql} COLLATE "C")'
    if value.type is Type.ANY:
        string = f"CASE WHEN jsonb_typeof({value.sql}) = 'string' THEN {value.sql} #>> '{{}}' END"
        return f'(({string}) COLLATE "C")'
    if value.type is Type.NULL:
        return "NULL::text"
    raise _wrong(value, "a text")


def boolean(value: Value) -> str:
    """The value as true or false; of JSON only booleans count. Raises BadQuery."""
    if value.type is Type.BOOLEAN:
        return value.sql
    if value.type is Type.ANY:
        return f"(CASE WHEN jsonb_typeof({value.sql}) = 'boolean' THEN ({value.sql})::boolean END)"
    if value.type is Type.NULL:
        return "NULL::boolean"
    raise _wrong(value, "true or false")


def moment(value: Value, scope: Scope) -> str:
    """The value as one moment: the begin of a period, midnight of a date. Raises BadQuery."""
    return period(value, scope)[0]


def period(value: Value, scope: Scope) -> tuple[str, str]:
    """Begin and end, which are the same for a moment. Raises BadQuery."""
    if value.type is Type.TIME:
        return value.sql, value.sql
    if value.type is Type.PERIOD:
        return value.sql, value.end
    if value.type is Type.DATE:
        midnight = f"(({value.sql})::timestamp AT TIME ZONE 'UTC')"
        return midnight, midnight
    if value.type is Type.NULL:
        return "NULL::timestamptz", "NULL::timestamptz"
    if value.type is Type.TEXT and value.literal is not None:
        return _written(value, scope)
    raise _wrong(value, "a time")


def missing(value: Value) -> str:
    """Condition: there is no value. JSON's null is none."""
    if value.type is not Type.ANY:
        return "true" if value.type is Type.NULL else f"({value.sql}) IS NULL"
    absent = f"({value.sql} IS NULL OR {value.sql} = 'null'::jsonb)"
    return f"({value.number} IS NULL AND {absent})" if value.number else absent


def _written(value: Value, scope: Scope) -> tuple[str, str]:
    """A time that somebody put between quotes."""
    try:
        found = times.moment_or_period(str(value.literal.value if value.literal else ""))
    except ValueError as error:
        raise _wrong(value, "a time") from error
    begin, end = found if isinstance(found, tuple) else (found, found)
    return scope.bind(begin, "timestamptz"), scope.bind(end, "timestamptz")


def _wrong(value: Value, wanted: str) -> BadQuery:
    hint = "" if value.type is not Type.ANY else " Times in JSON are texts; compare them with a text in quotes."
    return BadQuery(f"This is {value.type.value}, where {wanted} is needed.{hint}", part=value.text[:200])

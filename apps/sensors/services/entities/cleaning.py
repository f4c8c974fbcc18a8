"""Values on their way into columns: each is checked by the kind of its column, and named when it is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from apps.core.errors import Invalid
from apps.sensors.types import EARLIEST, LATEST, micros

MAX_DEPTH = 64
MAX_TEXT = 1_000_000


def clean(kind: type[models.Model], values: Mapping[str, Any], *, allowed: Collection[str]) -> dict[str, Any]:
    """The values as the columns of ``kind`` take them. Raises Invalid naming the first that cannot be."""
    return {name: _checked(kind, name, value, allowed) for name, value in values.items()}


def require(values: Mapping[str, Any], *names: str) -> None:
    """Raises Invalid for the first name that is missing or empty."""
    for name in names:
        if values.get(name) in (None, ""):
            raise Invalid(f"{name.removesuffix('_id')} is missing.", part=name)


def _checked(kind: type[models.Model], name: str, value: Any, allowed: Collection[str]) -> Any:
    if name not in allowed:
        raise Invalid(f"{name} cannot be set.", part=name)
    field = kind._meta.get_field(name.removesuffix("_id"))
    for column, check in _CHECKS:
        if isinstance(field, column):
            return check(value, name, bool(getattr(field, "null", False)))
    raise Invalid(f"{name} cannot be set.", part=name)


def _text(value: Any, name: str, null: bool) -> str:
    if not isinstance(value, str) or "\0" in value or len(value) > MAX_TEXT:
        raise Invalid(f"{name} must be a text of at most {MAX_TEXT} characters without NUL.", part=name)
    if not value.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in value):
        raise Invalid(f"{name} holds half a character (a lone surrogate).", part=name)
    return value


def _json(value: Any, name: str, null: bool) -> Any:
    if value is None:
        if null:
            return None
        raise Invalid(f"{name} cannot be null.", part=name)
    if not null and not isinstance(value, dict):
        raise Invalid(f"{name} must be a JSON object.", part=name)
    if depth(value) > MAX_DEPTH:
        raise Invalid(f"{name} is nested deeper than {MAX_DEPTH} levels.", part=name)
    try:
        plain = json.dumps(value, allow_nan=False, ensure_ascii=False)
        plain.encode()
    except (TypeError, ValueError) as problem:
        raise Invalid(f"{name} cannot be stored as JSON: {problem}", part=name) from problem
    if "\\u0000" in plain:
        raise Invalid(f"{name} holds the character NUL.", part=name)
    return value


def _moment(value: Any, name: str, null: bool) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None or not EARLIEST <= micros(value) < LATEST:
        raise Invalid(f"{name} must be a time in the years 1970–2100.", part=name)
    return value


def _link(value: Any, name: str, null: bool) -> int | None:
    if value is None and null:
        return None
    if type(value) is not int or not 0 < value < 2**31:
        raise Invalid(f"{name.removesuffix('_id')} must be linked by an id.", part=name)
    return value


def depth(value: Any) -> int:
    """How deeply JSON is nested; a plain value has depth 0. Walks level by level, so depth cannot exhaust the stack."""
    level, found = [value], 0
    while level := [item for one in level for item in _inside(one)]:
        found += 1
    return found


def _inside(value: Any) -> Collection[Any]:
    if isinstance(value, dict):
        return list(value.values()) or [None]
    if isinstance(value, list):
        return value or [None]
    return ()


_CHECKS: tuple[tuple[type[models.Field[Any, Any]], Callable[[Any, str, bool], Any]], ...] = (
    (models.TextField, _text),
    (models.JSONField, _json),
    (models.DateTimeField, _moment),
    (models.ForeignKey, _link),
)

"""Checks of single values, used as annotations of message fields: each returns the value or raises BadMessage."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from apps.wire.errors import BadMessage

MAX_ID = 255
MAX_URL = 500
MAX_TEXT = 4000
_TIMESTAMP = re.compile(
    r"-?([1-9]\d{3,}|0\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"T(([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?|24:00:00(\.0+)?)(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))?",
    re.ASCII,
)


def string(value: object, part: str, *, longest: int = MAX_TEXT) -> str:
    """A string, not empty and not endless."""
    if not isinstance(value, str) or not value.strip():
        raise BadMessage(f"{part} must be a string that is not empty.", part=part)
    if len(value) > longest:
        raise BadMessage(f"{part} is longer than {longest} characters.", part=part)
    return value


def identifier(value: object, part: str) -> str:
    """A process id or identifier: a string of at most 255 characters without control characters."""
    text = string(value, part, longest=MAX_ID)
    if not text.isprintable():
        raise BadMessage(f"{part} contains characters that cannot be printed.", part=part)
    return text


def url(value: object, part: str) -> str:
    """An absolute http(s) URL of at most 500 characters; whether it may be called is for others to say."""
    text = string(value, part, longest=MAX_URL)
    if not re.fullmatch(r"https?://[!-~]+", text):
        raise BadMessage(f"{part} must be an absolute http(s) URL.", part=part)
    return text


def timestamp(value: object, part: str) -> str:
    """An xsd:dateTime as the official schema spells it."""
    text = string(value, part, longest=64)
    if not _TIMESTAMP.fullmatch(text):
        raise BadMessage(f"{part} must be a date and time like 2025-01-31T12:00:00Z.", part=part)
    return text


def mapping(value: object, part: str) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise BadMessage(f"{part} must be a JSON object.", part=part)
    return value


def array(value: object, part: str, *, least: int = 0) -> list[Any]:
    """A JSON array of at least ``least`` items."""
    if not isinstance(value, list) or len(value) < least:
        raise BadMessage(f"{part} must be an array of at least {least} item(s).", part=part)
    return value


def remark(value: object, part: str) -> str:
    """A string that may be empty: nothing hangs on it, so it is shortened rather than refused."""
    if not isinstance(value, str):
        raise BadMessage(f"{part} must be a string.", part=part)
    return value[:MAX_TEXT]


def reasons(value: object, part: str) -> tuple[str, ...]:
    """The texts of a ``reason`` array; other connectors put objects there, which are shown as they are."""
    return tuple(_text(item) for item in array(value, part, least=1))


def _text(item: object) -> str:
    if isinstance(item, Mapping) and isinstance(item.get("@value"), str):
        item = item["@value"]
    return (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False))[:MAX_TEXT]


Pid = Annotated[str, identifier]
Url = Annotated[str, url]
Text = Annotated[str, string]
Code = Annotated[str, remark]
Reasons = Annotated[tuple[str, ...], reasons]

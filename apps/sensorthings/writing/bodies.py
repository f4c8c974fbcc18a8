"""The body of a request, as JSON: read once, bounded, and never trusted."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from apps.core.errors import Invalid, TooLarge

MAX_DEPTH = 40
"""How deeply a body may be nested: eight entities of a deep insert, with properties inside."""


def read(request: HttpRequest) -> bytes:
    """The raw body. Raises TooLarge beyond the node's limit (64 MB), Invalid when the client broke off."""
    try:
        return request.body
    except RequestDataTooBig as problem:
        raise TooLarge("The body is larger than this node takes.", part="body", remedy="Send it in parts.") from problem
    except UnreadablePostError as problem:
        raise Invalid("The body broke off.", part="body") from problem


def parse(raw: bytes) -> Any:
    """The body as JSON. Raises Invalid where it is none (RFC 8259: no NaN, UTF-8 only), or nested too deeply."""
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _depth(raw) > MAX_DEPTH:
        raise Invalid(f"The body is nested deeper than {MAX_DEPTH} levels.", part="body")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise Invalid(f"The body is no JSON: {problem}.", part="body") from problem


def parse_object(raw: bytes) -> dict[str, Any]:
    """The body as a JSON object; raises Invalid for any other value."""
    return as_object(parse(raw), part="body")


def as_object(value: Any, *, part: str) -> dict[str, Any]:
    """The value, if it is a JSON object; raises Invalid naming it."""
    if not isinstance(value, dict):
        raise Invalid("A JSON object is expected here.", part=part)
    return value


def as_list(value: Any, *, part: str) -> list[Any]:
    """The value, if it is a JSON list; raises Invalid naming it."""
    if not isinstance(value, list):
        raise Invalid("A JSON list is expected here.", part=part)
    return value


def _depth(raw: bytes) -> int:
    """At most how deep: brackets inside texts count too, which only matters for texts full of them."""
    level = deepest = 0
    for sign in raw.translate(None, _OTHERS):
        level += 1 if sign in b"[{" else -1
        deepest = max(deepest, level)
    return deepest


_OTHERS = bytes(sign for sign in range(256) if sign not in b"[]{}")

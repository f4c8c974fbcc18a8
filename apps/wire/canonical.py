"""Canonical JSON (RFC 8785) and its digest: one text, hence one signature, for one value."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable
from typing import Any, NoReturn

import orjson
import rfc8785

from apps.wire.errors import BadJson

MAX_BYTES = 8 * 1024 * 1024

# Where orjson writes numbers as RFC 8785 does: none with a fraction or exponent, none near 2^53.
_UNSURE = re.compile(r"[0-9][.eE]|[0-9]{16}")


def dumps(value: object) -> bytes:
    """The canonical UTF-8 text of a JSON value made of dict, list, tuple, str, int, float, bool, None.

    Raises BadJson for anything JSON cannot carry between languages: NaN and infinities, integers beyond
    ±(2^53 - 1), lone surrogates, keys that are no strings, other Python types, nesting without end.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # the library checks the types itself
    except rfc8785.CanonicalizationError as error:
        raise BadJson(f"This value has no canonical JSON: {error}.") from error
    except (RecursionError, UnicodeEncodeError) as error:
        raise BadJson("This value has no canonical JSON: nested too deeply or not Unicode.") from error


def loads(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> Any:
    """The value of a JSON text, read strictly (I-JSON, RFC 7493).

    Integers beyond ±(2^53 - 1) become floats. Raises BadJson for more than ``max_bytes``, a repeated key, NaN,
    Infinity, a number too large, a byte order mark, invalid UTF-8, or nesting without end – all things that
    two readers could understand differently.
    """
    if len(data) > max_bytes:
        raise BadJson(f"The JSON text has {len(data)} bytes; {max_bytes} are allowed.")
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        return json.loads(
            text, object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise BadJson(f"Not a JSON text: {error}.") from error


def recode(text: str) -> str:
    """The canonical spelling of a JSON text; many times faster than ``loads`` and ``dumps`` for plain ones.

    Raises BadJson as those two do.
    """
    plain = text.isascii() and not _UNSURE.search(text)
    if plain and _quick(text) == text:
        return text
    value = loads(text)
    quick = _quick(text) if plain else None
    return quick if quick is not None and quick.isascii() else dumps(value).decode()


def _quick(text: str) -> str | None:
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_SORT_KEYS).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None


def digest(value: object) -> str:
    """``sha-256:<64 hex digits>`` over the canonical text of ``value``. Raises BadJson."""
    return digest_of(dumps(value))


def digest_of(data: bytes) -> str:
    """``sha-256:<64 hex digits>`` over bytes as they are."""
    return f"sha-256:{hashlib.sha256(data).hexdigest()}"


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key {key[:40]!r} appears twice")
        result[key] = value
    return result


def _integer(text: str) -> int | float:
    # Beyond 2^53 JSON's numbers are float64 in most languages, and RFC 8785 writes them as such.
    number = int(text) if len(text) < 18 else 2**53
    return number if abs(number) < 2**53 else _float(text)


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")

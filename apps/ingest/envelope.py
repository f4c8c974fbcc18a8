"""The body of ``POST /ingest/v1/readings`` to rows, so that one bad row never takes the others with it.

The standard library's JSON reader is used rather than a faster one on purpose: it tells duplicate keys, ``NaN`` and
numbers too large for a float apart, where others keep the last key, refuse the whole body or round. A body it cannot
read is cut into its rows, and each is read on its own.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from apps.core.errors import Invalid, TooLarge

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 10_000
MAX_KEY_CHARACTERS = 200
MAX_INTEGER_DIGITS = 40
TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
READINGS = re.compile(r'"readings"\s*:\s*\[')


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands where something in a row cannot be used; ``text`` is what stood there."""

    reason: str
    detail: str
    text: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What arrived: rows in their order (each as parsed, or Unusable) and the client's name for the batch."""

    rows: list[Any] = field(default_factory=list)
    client_key: str = ""


def parse(body: bytes) -> Envelope:
    """The envelope in ``body``. Raises Invalid (not JSON, wrong shape) and TooLarge (bytes, rows)."""
    if len(body) > MAX_BYTES:
        raise too_many_bytes()
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(_("The body is not UTF-8."), code="not-utf-8") from None
    try:
        document = _loads(text)
    except (ValueError, RecursionError):
        document = _salvage(text)
    return _checked(document)


def too_many_bytes() -> TooLarge:
    """The error for a body above the limit."""
    return TooLarge(
        _("The body is larger than %(limit)d bytes.") % {"limit": MAX_BYTES},
        remedy=_("Send fewer readings at once."),
    )


def too_many_rows() -> TooLarge:
    """The error for more rows than one call may bring."""
    return TooLarge(
        _("More than %(limit)d readings at once.") % {"limit": MAX_ROWS}, remedy=_("Send them in several batches.")
    )


def _checked(document: object) -> Envelope:
    if not isinstance(document, dict):
        raise Invalid(_("The body must be a JSON object with “readings”."), part="body")
    unknown = set(document) - {"readings", "client_key"}
    if unknown:
        raise Invalid(_("Only “readings” and “client_key” are known here."), part=ascii(min(unknown))[:60])
    rows = document.get("readings")
    if not isinstance(rows, list):
        raise Invalid(_("“readings” must be a list."), part="readings")
    if len(rows) > MAX_ROWS:
        raise too_many_rows()
    return Envelope(rows, client_key(document.get("client_key")))


def client_key(value: object) -> str:
    """A client's own name for a batch, '' when it gives none. Raises Invalid."""
    if value is None:
        return ""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_KEY_CHARACTERS or not value.isprintable():
        raise Invalid(_("The client key must be 1 to 200 printable characters."), part="client_key")
    return value


def _loads(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_integer)


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _value in pairs]
    twice = next(key for key in keys if keys.count(key) > 1)
    return Unusable("duplicate-key", f"the key {ascii(twice)[:60]} stands twice", ascii(dict(pairs))[:2_000])


def _constant(text: str) -> Unusable:
    return Unusable("not-finite", f"{text} is not a finite number", text)


def _float(text: str) -> float | Unusable:
    value = float(text)
    return value if math.isfinite(value) else Unusable("not-finite", "the number is too large for a float", text[:60])


def _integer(text: str) -> int | Unusable:
    if len(text) > MAX_INTEGER_DIGITS:
        return Unusable("number-too-large", f"an integer of {len(text)} digits", text[:60])
    return int(text)


def _salvage(text: str) -> Any:
    """Read a body whose rows do not all parse: the frame must be sound, each row then stands for itself."""
    start = READINGS.search(text)
    spans = _spans(text, start.end()) if start is not None else None
    if start is None or spans is None:
        _refuse()
    try:
        frame = _loads(f"{text[: start.end()]}{text[spans[-1][1] :]}")
    except (ValueError, RecursionError):
        _refuse()
    if not isinstance(frame, dict) or frame.get("readings") != []:
        _refuse()
    return frame | {"readings": [_row(text[first:last]) for first, last in spans]}


def _spans(text: str, start: int) -> list[tuple[int, int]] | None:
    """Where the rows of the list that opens before ``start`` begin and end; None when it never closes."""
    depth, first = 0, start
    spans: list[tuple[int, int]] = []
    for match in TOKENS.finditer(text, start):
        mark, at = match[0], match.start()
        depth += (mark in "[{") - (mark in "]}")
        if depth < 0 or (mark == "," and depth == 0):
            spans.append((first, at))
            first = at + 1
        if depth < 0:
            return spans
        if len(spans) > MAX_ROWS:
            raise too_many_rows()
    return None


def _row(text: str) -> Any:
    try:
        return _loads(text)
    except RecursionError:
        return Unusable("too-deep", "the row is nested too deeply", text[:2_000])
    except ValueError:
        return Unusable("unreadable-row", "the row is not JSON", text[:2_000])


def _refuse() -> NoReturn:
    raise Invalid(_("The body is not JSON with a list of readings."), part="body")

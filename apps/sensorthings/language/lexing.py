"""From the text of an expression to its words. Each knows where it stands, so that an error can quote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from apps.sensorthings.errors import BadQuery
from apps.sensorthings.language import times
from apps.sensorthings.language.tree import Geometry

_TIME = r"\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
_INSTANT = rf"\d{{4}}-\d\d-\d\d(?:T{_TIME}(?:Z|[+\- ]\d\d:?\d\d)?)?"
_PATTERNS = (
    ("blank", r"\s+"),
    ("geometry", r"(?:geography|geometry)'(?:[^']|'')*'"),
    ("duration", r"duration'[^']*'"),
    ("string", r"'(?:[^']|'')*'"),
    ("period", rf"{_INSTANT}/(?:{_INSTANT}|P[\dA-Z.]+)|P[\dTYMWDHS.]+/{_INSTANT}"),
    ("instant", rf"\d{{4}}-\d\d-\d\dT{_TIME}(?:Z|[+\- ]\d\d:?\d\d)?"),
    ("date", r"\d{4}-\d\d-\d\d(?!\d)"),
    ("clock", _TIME),
    ("number", r"\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?(?![\w.])"),
    ("path", r"[^\W\d][\w.\-]*(?:/[\w.@\-]+)*|@iot\.\w+(?:/[\w.@\-]+)*"),
    ("sign", r"[(),\-]"),
)
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))


@dataclass(frozen=True, slots=True)
class Token:
    """One word: its kind, its text as it came, its value where it is a literal, and where it begins and ends."""

    kind: str
    text: str
    value: Any
    begin: int
    end: int


def tokens(text: str) -> list[Token]:
    """All words, blanks left out, closed by one of kind ``end``. Raises BadQuery quoting what is no word."""
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadQuery("This is not understood.", part=text[place : place + 40])
        kind = match.lastgroup or ""
        if kind != "blank":
            found.append(Token(kind, match[0], _value(kind, match[0]), place, match.end()))
        place = match.end()
    return [*found, Token("end", "", None, len(text), len(text))]


def _value(kind: str, text: str) -> Any:
    read = _READERS.get(kind)
    if read is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        raise BadQuery(f"This {kind} does not exist: {error}.", part=text[:200]) from error


def _quoted(text: str) -> str:
    return text[text.index("'") + 1 : -1].replace("''", "'")


def _string(text: str) -> str:
    value = _quoted(text)
    if "\x00" in value:
        raise ValueError("a text holds no zero byte")
    return value


def _number(text: str) -> int | float:
    if text.isdigit():
        return int(text)
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("it is too large")
    return value


_READERS: dict[str, Callable[[str], Any]] = {
    "geometry": lambda text: Geometry(_quoted(text)),
    "duration": lambda text: times.duration(_quoted(text)),
    "string": _string,
    "period": times.period,
    "instant": times.instant,
    "date": date.fromisoformat,
    "clock": time.fromisoformat,
    "number": _number,
}

"""One row of the HTTP intake to a reading, strictly: whatever is unknown or impossible is named, nothing is guessed."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import rfc8785

from apps.ingest.envelope import Unusable

FIELDS = frozenset({"datastream", "time", "result", "resultTime", "quality", "parameters"})
MAX_DEPTH = 16
MAX_TEXT = 10_000
MAX_EXACT = 2**53
MAX_SPAN_S = 366 * 86_400
END_US = 4_133_980_800_000_000  # 2101-01-01T00:00Z: the year 2100 is the last one
MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(?P<zone>[Zz]|[+-]\d\d(:?\d\d)?)?", re.ASCII)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class RowRefused(ValueError):
    """Why a row cannot be taken: a stable word and a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reading:
    """A row that was understood. ``datastream`` is an external key or an id; times are µs UTC, ``span`` is seconds."""

    datastream: str | int
    time: int
    span: int
    result: float
    result_time: int | None
    extra: str | None


def parse(row: object) -> Reading:
    """The reading in ``row``. Raises RowRefused."""
    if isinstance(row, Unusable):
        raise RowRefused(row.reason, row.detail)
    if not isinstance(row, Mapping):
        raise RowRefused("wrong-type", "a reading must be an object")
    check(row)
    if not FIELDS.issuperset(row):
        raise RowRefused("unknown-field", f"{min(set(row) - FIELDS)[:60]!r} is not a field of a reading")
    time, span = interval(_needed(row, "time"))
    result, extra = _result(row)
    result_time = moment(row["resultTime"]) if row.get("resultTime") is not None else None
    return Reading(_stream(_needed(row, "datastream")), time, span, result, result_time, extra)


def _needed(row: Mapping[str, Any], name: str) -> Any:
    if row.get(name) is None:
        raise RowRefused(f"missing-{name}", f"a reading needs {name!r}")
    return row[name]


def check(value: object, depth: int = 0) -> None:
    """Refuse what the database or canonical JSON (RFC 8785) cannot hold, wherever in it that stands. Raises
    RowRefused."""
    if depth > MAX_DEPTH:
        raise RowRefused("too-deep", f"a reading may be nested {MAX_DEPTH} levels deep")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int) and abs(value) > MAX_EXACT:
        raise RowRefused("number-too-large", "integers beyond 2^53 would be rounded")
    elif isinstance(value, (dict, list)):
        for inner in itertools.chain(value, value.values()) if isinstance(value, dict) else value:
            check(inner, depth + 1)
    elif isinstance(value, Unusable):
        raise RowRefused(value.reason, value.detail)


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise RowRefused("text-too-long", f"texts may have {MAX_TEXT} characters")
    if UNSTORABLE.search(text):
        raise RowRefused("unstorable-text", "a text holds a NUL or half a character")


def _stream(value: object) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise RowRefused("wrong-type", "'datastream' must be an external key or an id")
    return value


def _result(row: Mapping[str, Any]) -> tuple[float, str | None]:
    """The number (NaN when the result is none) and canonical JSON of whatever stands beside it."""
    value = _needed(row, "result")
    beside = {name: row[name] for name in ("quality", "parameters") if row.get(name) is not None}
    if not isinstance(beside.get("parameters", {}), dict):
        raise RowRefused("wrong-type", "'parameters' must be an object")
    number = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) + 0.0
    else:
        beside["result"] = value
    return number, rfc8785.dumps(beside).decode() if beside else None


def interval(value: object) -> tuple[int, int]:
    """Start in µs UTC and length in whole seconds (0: an instant) of ``t`` or ``a/b``. Raises RowRefused."""
    start, slash, end = value.partition("/") if isinstance(value, str) else ("", "", "")
    if not slash:
        return moment(value), 0
    first = moment(start)
    seconds, rest = divmod(moment(end) - first, 1_000_000)
    if seconds < 0:
        raise RowRefused("backward-interval", "the interval ends before it begins")
    if rest or seconds > MAX_SPAN_S:
        raise RowRefused("interval-length", "an interval lasts whole seconds and a year at the most")
    return first, seconds


def moment(value: object) -> int:
    """µs UTC of an ISO 8601 time that names its zone. Raises RowRefused."""
    if not isinstance(value, str):
        raise RowRefused("wrong-type", "a time must be a text in ISO 8601")
    match = MOMENT.fullmatch(value.strip())
    if match is None:
        raise RowRefused("unreadable-time", f"{value[:60]!r} is not an ISO 8601 date and time")
    if match["zone"] is None:
        raise RowRefused("naive-time", f"{value[:60]!r} names no zone; add Z or an offset")
    try:
        found = (datetime.fromisoformat(match[0].upper().replace(",", ".")) - EPOCH) // MICROSECOND
    except ValueError:
        raise RowRefused("unreadable-time", f"{value[:60]!r} is not a date and time that exists") from None
    if not 0 <= found < END_US:
        raise RowRefused("time-out-of-range", f"{value[:60]!r} lies outside the years 1970 to 2100")
    return found


def keepable(row: object) -> dict[str, Any]:
    """The row as the quarantine can keep it: itself, or its text where the database could not hold it."""
    try:
        check(row)
    except RowRefused:
        return {"raw": as_text(row)[:20_000]}
    return dict(row) if isinstance(row, Mapping) else {"raw": as_text(row)[:20_000]}


def as_text(row: object) -> str:
    """Any row as ASCII JSON; what was unusable in it as the text that stood there."""
    if isinstance(row, Unusable):
        return ascii(row.text)[1:-1]
    try:
        return json.dumps(row, default=lambda inner: getattr(inner, "text", repr(inner)))
    except RecursionError:
        return "[nested too deeply]"

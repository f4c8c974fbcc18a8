"""Times as SensorThings writes them: ISO 8601 instants and periods, with the slips that clients make. All UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from apps.sensorthings.language.tree import Duration, Period

DURATION = re.compile(
    r"-?P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,7})D)?"
    r"(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
# A plus sign in a URL that nobody encoded arrives as a blank: 2026-01-01T12:00:00 02:00.
_BLANK_OFFSET = re.compile(r" (\d\d:?\d\d)$", re.ASCII)


def instant(text: str) -> datetime:
    """The moment in UTC; without an offset it is UTC already. Raises ValueError."""
    try:
        moment = datetime.fromisoformat(_BLANK_OFFSET.sub(r"+\1", text.strip()))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def period(text: str) -> Period:
    """Begin and end of ``a/b``, ``a/P1D`` or ``P1D/b``. Raises ValueError, also for an end before its begin."""
    first, slash, second = text.partition("/")
    if not slash:
        raise ValueError("a period needs a slash")
    if first.startswith("P"):
        end = instant(second)
        begin = _shifted(end, first, -1)
    else:
        begin = instant(first)
        end = _shifted(begin, second, 1) if second.startswith("P") else instant(second)
    if end < begin:
        raise ValueError("it ends before it begins")
    return begin, end


def moment_or_period(text: str) -> datetime | Period:
    """Either of the two. Raises ValueError."""
    return period(text) if "/" in text else instant(text)


def duration(text: str) -> Duration:
    """A duration literal. Raises ValueError."""
    if not DURATION.fullmatch(text):
        raise ValueError("a duration reads like P1D or PT15M")
    return Duration(text)


def midnight(day: date) -> datetime:
    """The first moment of a day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _shifted(moment: datetime, text: str, sign: int) -> datetime:
    found = DURATION.fullmatch(text)
    if found is None or found[1] or found[2]:
        raise ValueError("only weeks, days, hours, minutes and seconds have a fixed length")
    weeks, days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[2:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        return moment + sign * length
    except OverflowError as error:
        raise ValueError(str(error)) from error

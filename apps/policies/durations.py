"""Durations as ISO 8601 writes them, in days, hours, minutes and seconds only – months have no fixed length."""

from __future__ import annotations

import re
from datetime import timedelta

PATTERN = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W|(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,9})S)?)?)",
    re.ASCII,
)


def parse(text: str) -> timedelta:
    """``P90D``, ``PT1H30M``, ``P2W`` … Raises ValueError for anything else, the empty ``P`` included."""
    match = PATTERN.fullmatch(text)
    if match is None or text in {"P", "PT"}:
        raise ValueError(f"{text!r} is no duration such as P90D, PT1H or PT15M")
    return timedelta(**{name: int(value) for name, value in match.groupdict().items() if value is not None})


def render(duration: timedelta) -> str:
    """The one spelling this node writes: days, then time. Raises ValueError for negative or fractional seconds."""
    if duration < timedelta(0) or duration.microseconds:
        raise ValueError("a duration must be whole seconds and not negative")
    hours, rest = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    date = f"{duration.days}D" if duration.days else ""
    time = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if value)
    return f"P{date}{'T' + time if time else ''}" if date or time else "PT0S"

"""One quantity, a line for each dataset: what its sensors say now, whose it is, under which terms, how old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.holdings.types import Holding
from apps.portal.pins import Place, Reading, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dataset in the table beside the chart; ``value`` is for people, ``time`` and ``age`` are of the newest."""

    holding: Holding
    value: str
    sensors: int
    time: datetime | None
    age: timedelta | None


def lines(holdings: Sequence[Holding], places: Sequence[Place], *, at: datetime) -> list[Line]:
    """A line for each of these holdings, in their order; one whose sensors say nothing stays, without a value."""
    found: dict[str, list[Reading]] = {one.key: [] for one in holdings}
    for place in places:
        found[place.holding.key] += place.readings
    return [_line(one, found[one.key], at) for one in holdings]


def _line(holding: Holding, readings: Sequence[Reading], at: datetime) -> Line:
    newest = max((reading.latest.time for reading in readings), default=None)
    return Line(
        holding=holding,
        value=_value(readings),
        sensors=len({reading.stream.id for reading in readings}),
        time=newest,
        age=None if newest is None else _rounded(at - newest),
    )


def _rounded(age: timedelta) -> timedelta:
    """In whole days, hours, minutes or seconds, the largest of these that it has."""
    seconds = max(int(age.total_seconds()), 0)
    size = next((one for one in (86_400, 3_600, 60) if seconds >= one), 1)
    return timedelta(seconds=seconds // size * size)


def _value(readings: Sequence[Reading]) -> str:
    """One value as it is; of several of one kind the least and the greatest; kinds are never thrown together."""
    kinds: dict[tuple[str, str], list[float]] = {}
    for reading in readings:
        values = kinds.setdefault((reading.label, reading.unit), [])
        if reading.latest.result is not None and not reading.latest.suppressed:
            values.append(reading.latest.result)
    parts = [_span(values, unit) for (_label, unit), values in kinds.items() if values]
    if len(parts) > 1:
        named = [label for (label, _unit), values in kinds.items() if values]
        parts = [f"{label}: {part}" for label, part in zip(named, parts, strict=True)]
    return "; ".join(parts) or (_("too few to tell") if any(one.latest.suppressed for one in readings) else "–")


def _span(values: Sequence[float], unit: str) -> str:
    least, most = written(min(values)), written(max(values))
    shown = least if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}
    return f"{shown} {unit}".strip()

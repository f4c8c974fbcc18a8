"""Which stretch of time a page shows: one of a few usual ones, or dates of the reader's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.holdings.types import Holding

USUAL: Final[dict[str, tuple[str | Promise, timedelta | None]]] = {
    "day": (_("1 day"), timedelta(days=1)),
    "week": (_("7 days"), timedelta(days=7)),
    "month": (_("30 days"), timedelta(days=30)),
    "all": (_("everything"), None),
}
DEFAULT: Final = "week"


@dataclass(frozen=True, slots=True)
class Range:
    """``start`` and ``end`` (aware; None: from the first, to the last value); ``name`` '' for dates of one's own."""

    name: str
    start: datetime | None
    end: datetime | None
    first_day: date | None = None
    last_day: date | None = None


def chosen(given: dict[str, str], holding: Holding) -> Range:
    """The range that ``range`` (day, week, month, all) or ``from`` and ``to`` (dates, both included) ask for.

    Usual ones count back from the latest value, so that a recording of last year shows something. Raises Invalid.
    """
    first, last = _day(given, "from"), _day(given, "to")
    if first or last:
        if first and last and last < first:
            raise Invalid(gettext("The time range ends before it begins."), part="to")
        start = _midnight(first) if first else None
        end = _midnight(last, after=1) if last else None
        return Range("", start, end, first, last)
    name = given.get("range") or DEFAULT
    if name not in USUAL:
        raise Invalid(gettext("There is no such time range."), part="range", remedy=", ".join(USUAL))
    length = USUAL[name][1]
    if length is None or holding.last_time is None:
        return Range(name, None, None)
    return Range(name, holding.last_time - length, None)


def _day(given: dict[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(gettext("Write dates as 2026-03-31."), part=name) from error


def _midnight(day: date, *, after: int = 0) -> datetime:
    try:
        return timezone.make_aware(datetime.combine(day + timedelta(days=after), time.min))
    except (ValueError, OverflowError) as error:
        raise Invalid(gettext("Write dates as 2026-03-31."), part="from") from error

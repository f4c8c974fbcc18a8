"""Public holidays of North Rhine-Westphalia (Feiertagsgesetz NW § 2) and working days in the sense of § 193 BGB."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[dt.date]:
    """The public holidays of one year in North Rhine-Westphalia."""
    return frozenset(holidays.country_holidays("DE", subdiv="NW", years=year, expand=False))


def is_holiday(day: dt.date) -> bool:
    """Whether this day is a public holiday in North Rhine-Westphalia."""
    return day in holidays_of(day.year)


def is_working_day(day: dt.date) -> bool:
    """Whether a period may end on this day (§ 193 BGB): no Saturday, no Sunday, no public holiday."""
    return day.weekday() < 5 and not is_holiday(day)

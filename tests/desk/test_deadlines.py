"""Deadlines survive month ends, leap years, holidays and time zones (§§ 187–193 BGB)."""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.desk import types

DAYS = st.dates(min_value=dt.date(2020, 1, 1), max_value=dt.date(2090, 12, 31))
MONTHS = st.integers(min_value=1, max_value=24)
BERLIN = ZoneInfo("Europe/Berlin")


def easter(year: int) -> dt.date:
    """Easter Sunday by the anonymous Gregorian algorithm (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def holidays_by_the_law(year: int) -> set[dt.date]:
    """§ 2 Feiertagsgesetz NW, written down a second time."""
    fixed = {(1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26)}
    moving = {-2, 1, 39, 50, 60}
    sunday = easter(year)
    return {dt.date(year, *day) for day in fixed} | {sunday + dt.timedelta(days=days) for days in moving}


@given(st.integers(min_value=2020, max_value=2090))
def test_the_holidays_are_those_of_the_law(year: int) -> None:
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=n) for n in range(366 if calendar.isleap(year) else 365)]
    assert {day for day in days if types.is_holiday(day)} == holidays_by_the_law(year)


@given(DAYS, MONTHS)
def test_a_period_ends_on_the_day_of_the_same_number_or_the_last_of_the_month(day: dt.date, months: int) -> None:
    end = types.add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    last = calendar.monthrange(end.year, end.month)[1]
    assert end.day == min(day.day, last)


@given(DAYS, MONTHS)
def test_a_deadline_is_the_first_working_day_from_the_end_of_the_period_on(day: dt.date, months: int) -> None:
    due, end = types.first_due(day, months), types.add_months(day, months)
    assert types.is_working_day(due)
    assert due >= end
    between = [end + dt.timedelta(days=n) for n in range((due - end).days)]
    assert not any(types.is_working_day(one) for one in between)
    assert (due - end).days <= 5


@given(DAYS, st.integers(min_value=1, max_value=12))
def test_who_asks_later_never_gets_an_earlier_deadline(day: dt.date, months: int) -> None:
    assert types.first_due(day + dt.timedelta(days=1), months) >= types.first_due(day, months)


@given(DAYS)
def test_an_extension_never_shortens_and_ends_two_months_after_the_event(day: dt.date) -> None:
    extended = types.extended_due(day, 1, total_months=2)
    assert extended >= types.first_due(day, 1)
    assert extended == types.first_due(day, 2)


@given(st.integers(min_value=1_577_836_800, max_value=3_786_912_000))
def test_the_day_is_that_of_the_city(seconds: int) -> None:
    moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    elsewhere = moment.astimezone(ZoneInfo("Pacific/Auckland"))
    assert types.city_day(moment) == types.city_day(elsewhere) == moment.astimezone(BERLIN).date()


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        ("2026-01-31", 1, "2026-03-02"),  # 28 February is a Saturday
        ("2024-01-31", 1, "2024-02-29"),  # leap year
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-03-03", 1, "2026-04-07"),  # Good Friday, Saturday, Easter Sunday, Easter Monday
        ("2026-11-25", 1, "2026-12-28"),  # Christmas and a weekend
        ("2026-09-03", 1, "2026-10-05"),  # 3 October is a Saturday and a holiday
        ("2026-05-04", 1, "2026-06-05"),  # Corpus Christi on 4 June
        ("2026-10-01", 1, "2026-11-02"),  # All Saints on a Sunday
        ("2026-12-31", 2, "2027-03-01"),
    ],
)
def test_known_cases(received: str, months: int, due: str) -> None:
    assert types.first_due(dt.date.fromisoformat(received), months) == dt.date.fromisoformat(due)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-07-01T22:30:00+00:00", "2026-07-02"),
        ("2026-01-01T22:30:00+00:00", "2026-01-01"),
        ("2026-12-31T23:30:00+00:00", "2027-01-01"),
    ],
)
def test_what_is_sent_late_in_the_evening_counts_in_the_city(moment: str, day: str) -> None:
    assert types.city_day(dt.datetime.fromisoformat(moment)) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(("days", "light"), [(-1, "red"), (0, "red"), (3, "red"), (4, "amber"), (11, "green")])
def test_a_light_always_comes_with_words(days: int, light: str) -> None:
    today = dt.date(2026, 5, 4)
    lamp = types.lamp(today + dt.timedelta(days=days), today=today)
    assert lamp.light == light
    assert lamp.word
    assert "2026" in lamp.sentence


def test_without_a_clock_there_is_no_light() -> None:
    assert types.lamp(None, today=dt.date(2026, 5, 4)).light == "none"

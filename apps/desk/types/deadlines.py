"""Deadlines by the German civil code, to which § 31 VwVfG NRW refers.

§ 187 (1): the day of the event does not count. § 188 (2): a period of months ends with the day that bears the same
number. § 188 (3): where the last month lacks that day, with its last day. § 193: a period that would end on a Saturday,
Sunday or public holiday ends on the next working day. A deadline is a day in the city, kept until it has ended there.
"""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

from apps.desk.types.holidays import is_working_day

CITY_ZONE = ZoneInfo("Europe/Berlin")


def city_day(moment: dt.datetime) -> dt.date:
    """The calendar day in the city at this (aware) moment: what arrives at 23:30 UTC in summer arrived tomorrow."""
    return moment.astimezone(CITY_ZONE).date()


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later; the last day of that month where it has no such day (§ 188 (2), (3) BGB)."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def shift_to_working_day(day: dt.date) -> dt.date:
    """This day, or the next on which a period can end (§ 193 BGB)."""
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def first_due(event: dt.date, months: int) -> dt.date:
    """The last day of a period of ``months`` that an event on this day sets running."""
    return shift_to_working_day(add_months(event, months))


def extended_due(event: dt.date, months: int, *, total_months: int) -> dt.date:
    """The last day after an extension of a period of ``months`` to ``total_months``.

    Both are counted from the event, as § 3 (3) no. 2 UIG says it (two months after receipt). Where § 190 BGB – the new
    period follows on the end of the old one – would be later because a weekend moved the old end, the requester has the
    better of it. Never earlier than without the extension.
    """
    return max(first_due(event, total_months), first_due(event, months))

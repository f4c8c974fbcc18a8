"""Months of the observation table: made ahead by the tick, and on demand before anything is written into them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from apps.core import clock
from apps.core.errors import Invalid

MONTHS_AHEAD = 2
FIRST_YEAR, LAST_YEAR = 1970, 2100
Months = npt.NDArray[np.int64]

_seen: set[date] = set()  # months that are committed in the database; a partition that is there stays


def month_numbers(times: npt.NDArray[np.int64]) -> Months:
    """For µs UTC: the number of the UTC month, counted from January 1970."""
    return times.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)


def first_day(number: int) -> date:
    """The first day of the month with this number."""
    return date(1970 + number // 12, number % 12 + 1, 1)


def month_number(day: date) -> int:
    """The number of a day's month, counted from January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def table_name(month: date) -> str:
    """The partition that holds this month (UTC)."""
    return f"sensors_observation_y{month:%Y}m{month:%m}"


def ensure_partitions(*, months: Iterable[date]) -> int:
    """Make the months that are missing; returns how many were. Raises Invalid outside the years 1970–2100.

    Part of the caller's transaction: until it ends, others wait who need a new month too. Call it before locking rows.
    """
    wanted = sorted({month.replace(day=1) for month in months} - _seen)
    if not wanted:
        return 0
    if any(not FIRST_YEAR <= month.year <= LAST_YEAR for month in wanted):
        raise Invalid("Observations can only be stored for the years 1970 to 2100.", part="months")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month FROM unnest(%s::date[]) AS month"
            " WHERE to_regclass('sensors_observation_' || to_char(month, '\"y\"YYYY\"m\"MM')) IS NULL ORDER BY 1",
            [wanted],
        )
        missing = [row[0] for row in cursor.fetchall()]
        for month in missing:
            cursor.execute("SELECT sensors_make_month(%s)", [month])
    transaction.on_commit(partial(_seen.update, wanted))
    return len(missing)


def forget_months() -> None:
    """Look again which months there are, should somebody have dropped one."""
    _seen.clear()


def ensure_ahead(*, at: datetime | None = None) -> int:
    """Make this month and the next ones before anybody needs them; returns how many were missing."""
    here = month_number((at or clock.now()).date())
    last = month_number(date(LAST_YEAR, 12, 1))
    return ensure_partitions(months=[first_day(n) for n in range(here - 1, here + MONTHS_AHEAD + 1) if 0 <= n <= last])

"""Months of the observation table: sizes, and which are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from apps.core import clock
from apps.sensors.models import Partition

CLOSED_AFTER = timedelta(days=3)
QUIET_FOR = timedelta(minutes=30)

_MONTHS = """
SELECT to_date(right(c.relname, 8), '"y"YYYY"m"MM') AS month, greatest(c.reltuples, 0)::bigint, pg_relation_size(c.oid),
    pg_indexes_size(c.oid), p.packed_at
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
LEFT JOIN sensors_partition p ON p.month = to_date(right(c.relname, 8), '"y"YYYY"m"MM')
WHERE i.inhparent = 'sensors_observation'::regclass ORDER BY 1
"""
_UNQUIET = """
SELECT EXISTS (SELECT FROM sensors_batch
    WHERE recorded_at > %s AND first_time < %s AND last_time >= %s)
"""
_FILLED = "SELECT EXISTS (SELECT FROM sensors_observation WHERE phenomenon_time >= %s AND phenomenon_time < %s)"


@dataclass(frozen=True, slots=True)
class MonthSize:
    """One month (UTC): rows as PostgreSQL estimates them, bytes of rows and of indexes, when it was packed."""

    month: date
    rows: int
    heap_bytes: int
    index_bytes: int
    packed_at: datetime | None


def month_sizes() -> list[MonthSize]:
    """Every month there is a partition for, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS)
        return [MonthSize(*row) for row in cursor.fetchall()]


def closed_months(*, at: datetime | None = None) -> list[date]:
    """Months to pack: over for three days, not empty, never packed, and unwritten for half an hour; oldest first."""
    moment = at or clock.now()
    packed = set(Partition.objects.filter(packed_at__isnull=False).values_list("month", flat=True))
    return [
        size.month
        for size in month_sizes()
        if size.month not in packed and size.heap_bytes and _is_closed(size.month, moment)
    ]


def _is_closed(month: date, at: datetime) -> bool:
    begin = datetime(month.year, month.month, 1, tzinfo=UTC)
    end = (begin + timedelta(days=32)).replace(day=1)
    if end + CLOSED_AFTER > at:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_UNQUIET, [at - QUIET_FOR, end, begin])
        return not cursor.fetchone()[0] and _has_rows(begin, end)


def _has_rows(begin: datetime, end: datetime) -> bool:
    """Bytes alone are no rows: a write that was undone leaves them behind."""
    with connection.cursor() as cursor:
        cursor.execute(_FILLED, [begin, end])
        return bool(cursor.fetchone()[0])

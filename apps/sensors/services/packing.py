"""Packing a closed month: rows in the key's order, index pages full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import OperationalError, connection, transaction

from apps.core import clock
from apps.core.errors import NotFound
from apps.sensors.errors import PartitionBusy
from apps.sensors.models import Partition
from apps.sensors.selectors.partitions import closed_months
from apps.sensors.services.partitions import table_name

PATIENCE = "3s"


@dataclass(frozen=True, slots=True)
class PackResult:
    """A packed month: its rows and its bytes, indexes included, before and after."""

    month: date
    rows: int
    bytes_before: int
    bytes_after: int


def pack_partition(*, month: date, at: datetime | None = None) -> PackResult:
    """Rewrite a month in (datastream, span, time) order with full index pages; ids and values stay as they are.

    The month is locked while it is rewritten (about a second per million rows): writers and readers of it wait, none is
    lost; other months go on. Later writes are still possible. Raises NotFound when there is no such month and
    PartitionBusy when it is in use for longer than three seconds.
    """
    table = table_name(month)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
            if not cursor.fetchone()[0]:
                raise NotFound(f"There are no observations of {month:%Y-%m}.", part="month")
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            before = _size(table)
            index = _key_index(table)
            cursor.execute(f"ALTER INDEX {index} SET (fillfactor = 100)")
            cursor.execute(f"CLUSTER {table} USING {index}")
            cursor.execute(f"ANALYZE {table}")
            result = PackResult(month.replace(day=1), _rows(table), before, _size(table))
            _remember(result, at or clock.now())
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "55P03":
            raise
        raise PartitionBusy(f"{month:%Y-%m} is being read or written.", remedy="The next tick tries again.") from error
    return result


def pack_due(*, at: datetime | None = None, limit: int = 24) -> int:
    """Pack closed months that were never packed, oldest first; returns how many. A busy month waits for next time."""
    moment = at or clock.now()
    packed = 0
    for month in closed_months(at=moment)[:limit]:
        try:
            pack_partition(month=month, at=moment)
        except PartitionBusy:
            continue
        packed += 1
        _vacuum(table_name(month))
    return packed


def _vacuum(table: str) -> None:
    """Mark the packed pages as visible to all; not possible inside a transaction."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {table}")


def _size(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
        return int(cursor.fetchone()[0])


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - the name is made of a date
        return int(cursor.fetchone()[0])


def _key_index(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indisunique", [table]
        )
        return str(cursor.fetchone()[0])


def _remember(result: PackResult, at: datetime) -> None:
    Partition.objects.update_or_create(
        month=result.month,
        defaults={
            "packed_at": at,
            "packed_rows": result.rows,
            "bytes_before": result.bytes_before,
            "bytes_after": result.bytes_after,
        },
    )

"""How much to read at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from apps.provider.types import View, to_datetime, to_us

READ_PER_ROW_GIVEN = 4
"""A bucket is made of many readings: a page of buckets may look at this many times its rows."""


def budget(view: View, limit: int) -> int:
    """How many readings to look at for one page."""
    return limit * READ_PER_ROW_GIVEN if view.bucket else limit


def time_after(ids: Sequence[int], start: int, end: int, *, offset: int) -> int | None:
    """The time (µs) of the reading with ``offset`` others before it in [start, end); None when there are fewer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.phenomenon_time FROM sensors_observation o WHERE o.datastream_id = ANY(%s::int4[])"
            " AND o.phenomenon_time >= %s AND o.phenomenon_time < %s ORDER BY o.phenomenon_time OFFSET %s LIMIT 1",
            [list(ids), to_datetime(start), to_datetime(end), offset],
        )
        row = cursor.fetchone()
    return None if row is None else to_us(row[0])

"""Many rows in one value: the fastest way from PostgreSQL to numpy on Django's own connection.

A row-wise protocol costs a message and a Python call per row. Here the server joins the fixed-width binary forms of
all columns into one ``bytea``; numpy reads that in place. Measured on 1 M observations: twice as fast as ``COPY``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from psycopg import sql

PG_EPOCH_US = 946_684_800_000_000
"""2000-01-01T00:00Z in microseconds since 1970: PostgreSQL counts its time stamps from there."""

SORT_MEMORY = "64MB"

_SENDERS = {
    "int2": ("int2send", ">i2"),
    "int4": ("int4send", ">i4"),
    "int8": ("int8send", ">i8"),
    "float8": ("float8send", ">f8"),
    "time": ("timestamptz_send", ">i8"),
}


class NullInPackedColumn(Exception):
    """A column of a packed query was NULL; give it a stand-in with COALESCE."""


def read(query: str, params: Mapping[str, Any], fields: Mapping[str, str]) -> np.ndarray[Any, np.dtype[np.void]]:
    """The rows of ``query``, in its order, as a structured array in native byte order.

    ``fields`` maps each column to be read to int2, int4, int8, float8 or time (µs since 1970, UTC). Columns must not be
    NULL. It runs in the current transaction. Raises NullInPackedColumn.
    """
    joined = sql.SQL("||").join(
        sql.SQL("{}({})").format(sql.SQL(_SENDERS[kind][0]), sql.Identifier(name)) for name, kind in fields.items()
    )
    statement = sql.SQL("SELECT string_agg({}, ''), count(*) FROM ({}) AS packed").format(joined, sql.SQL(query))
    value, count = one(statement, params)
    wire = np.dtype([(name, _SENDERS[kind][1]) for name, kind in fields.items()])
    data = value or b""
    if len(data) != count * wire.itemsize:
        raise NullInPackedColumn(f"{count} rows gave {len(data)} bytes for {', '.join(fields)}")
    rows = np.frombuffer(data, dtype=wire).astype(wire.newbyteorder("="))
    for name, kind in fields.items():
        if kind == "time":
            rows[name] += PG_EPOCH_US
    return rows


def sort_in_memory() -> None:
    """Let the current transaction sort a whole page in memory; PostgreSQL's usual 4 MB would send it to disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [SORT_MEMORY])


def one(statement: sql.Composed | sql.SQL, params: Mapping[str, Any]) -> tuple[Any, ...]:
    """The single row of a statement, its values transferred in binary form. Raises LookupError when there is none."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor[Any](connection.connection) as cursor:
        cursor.execute(statement, params, binary=True)
        row = cursor.fetchone()
    if row is None:
        raise LookupError("the statement gave no row")
    return tuple(row)

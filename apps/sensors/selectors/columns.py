"""Query results as numpy columns: each column travels as one binary array, so no Python object is made per row.

PostgreSQL's binary form of an array (``array_send``): dimensions, null flag, element type, length and lower bound, 20 bytes
together; then per element a length (int32, -1 for null) and the value, big-endian. Twice as fast as COPY, whose rows are
a protocol message each (docs/decisions/0005-observations.md).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import psycopg
from django.db import connection

Kind = Literal["bool", "int2", "int4", "int8", "float8", "time", "text"]
Params = Sequence[Any] | Mapping[str, Any] | None
POSTGRES_EPOCH_US = 946_684_800_000_000
HEADER_BYTES = 20
LENGTH_BYTES = 4
NEVER = -(1 << 63)
"""What a time of ``-infinity`` reads as."""

_WIRE = {"bool": ">u1", "int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8", "time": ">i8"}
_HOST = {"bool": "?", "int2": "i2", "int4": "i4", "int8": "i8", "float8": "f8", "time": "i8", "text": "O"}


@dataclass(frozen=True, slots=True)
class Column:
    """A result column: its name in the array and its PostgreSQL type (``time`` is timestamptz)."""

    name: str
    kind: Kind


def copy_columns(sql: str, params: Params = None, *, columns: Sequence[Column]) -> npt.NDArray[np.void]:
    """Run a SELECT on Django's connection, in its current transaction; returns a structured array in host byte order.

    ``columns`` name the SELECT's columns from left to right. Times are µs since 1970 UTC (``NEVER`` for -infinity). Null
    is NaN in a float8, None in a text; in other columns it is an error (ValueError): wrap them in ``coalesce``. Columns
    without nulls and texts are taken over at a million rows a second and more, others element by element.
    """
    names = ", ".join(f"c{place}" for place in range(len(columns)))
    return fetch_arrays(f"{select_arrays(len(columns))} FROM ({sql}) AS q ({names})", params, columns=columns)


def select_arrays(columns: int) -> str:
    """A SELECT list that turns the columns ``c0``, ``c1`` … into what ``fetch_arrays`` reads."""
    return "SELECT " + ", ".join(f"array_send(array_agg(c{place}))" for place in range(columns))


def fetch_arrays(sql: str, params: Params = None, *, columns: Sequence[Column]) -> npt.NDArray[np.void]:
    """Like ``copy_columns`` for a statement that answers one row of ``array_send(array_agg(…))``.

    For statements that cannot stand in a FROM clause, such as those that write.
    """
    with connection.cursor() as cursor:
        statement = cursor.mogrify(sql, params)
        with connection.wrap_database_errors, psycopg.Cursor(cursor.connection) as plain:
            fields = plain.execute(statement, binary=True).fetchone()
    if fields is None or fields[0] is None:
        return np.empty(0, dtype=_host_type(columns))
    (size,) = struct.unpack_from(">i", fields[0], 12)
    taken = np.empty(size, dtype=_host_type(columns))
    for column, field in zip(columns, fields, strict=True):
        taken[column.name] = _values(column, field, size)
    return taken


def _host_type(columns: Sequence[Column]) -> np.dtype[np.void]:
    return np.dtype([(column.name, _HOST[column.kind]) for column in columns])


def _values(column: Column, field: bytes, size: int) -> npt.NDArray[Any]:
    if column.kind == "text":
        return np.array([None if item is None else item.decode() for item in _items(field)] or None, dtype=object)
    wire = np.dtype([("length", ">i4"), ("value", _WIRE[column.kind])])
    if len(field) == HEADER_BYTES + size * wire.itemsize:
        values = np.frombuffer(field, dtype=wire, offset=HEADER_BYTES)["value"].astype(_HOST[column.kind])
    elif column.kind == "float8":
        values = np.array([np.nan if item is None else struct.unpack(">d", item)[0] for item in _items(field)])
    else:
        raise ValueError(f"column {column.name!r} holds null; wrap it in coalesce()")
    if column.kind == "time":
        values[values != NEVER] += POSTGRES_EPOCH_US
    return values


def _items(field: bytes) -> Iterator[bytes | None]:
    length_at = struct.Struct(">i").unpack_from
    position = HEADER_BYTES
    while position < len(field):
        (length,) = length_at(field, position)
        position += LENGTH_BYTES
        yield None if length < 0 else field[position : position + length]
        position += max(length, 0)

"""Query results as numpy columns: each column travels as one binary array, so no Python object is made per row.

PostgreSQL's binary form of an array (``array_send``): dimensions, null flag, element type, length and lower bound, 20
bytes together; then per element a length (int32, -1 for null) and the value, big-endian. Up to twice as fast as COPY,
whose rows are a protocol message each (docs/decisions/0005-observations.md).
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

    ``columns`` name the SELECT's columns from left to right. Times are µs since 1970 UTC (``NEVER`` for -infinity).
    Null is NaN in a float8, None in a text; in other columns it is an error (ValueError): wrap them in ``coalesce``.
    Columns without nulls and texts are taken over at a million rows a second and more, others element by element.
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
    arrays = [read_array(column.kind, field) for column, field in zip(columns, fetch_fields(sql, params), strict=True)]
    taken = np.empty(len(arrays[0]), dtype=np.dtype([(column.name, _HOST[column.kind]) for column in columns]))
    for column, values in zip(columns, arrays, strict=True):
        taken[column.name] = values
    return taken


def fetch_fields(sql: str, params: Params = None) -> Sequence[Any]:
    """The one row that the statement answers; a bytea is bytes."""
    with connection.cursor() as cursor:
        statement = cursor.mogrify(sql, params)
        with connection.wrap_database_errors, psycopg.Cursor(cursor.connection) as plain:
            row: Sequence[Any] = plain.execute(statement, binary=True).fetchone() or ()
    return row


def read_array(kind: Kind, field: bytes | None) -> npt.NDArray[Any]:
    """One array in its binary form as numpy values; no array at all (of no rows) is empty."""
    if field is None or len(field) < HEADER_BYTES:
        return np.empty(0, dtype=_HOST[kind])
    if kind == "text":
        return _texts(field)
    (size,) = struct.unpack_from(">i", field, 12)
    wire = np.dtype([("length", ">i4"), ("value", _WIRE[kind])])
    if len(field) == HEADER_BYTES + size * wire.itemsize:
        values = np.frombuffer(field, dtype=wire, offset=HEADER_BYTES)["value"].astype(_HOST[kind])
    elif kind == "float8":
        values = np.array([np.nan if item is None else struct.unpack(">d", item)[0] for item in _items(field)])
    else:
        raise ValueError("null in a column that has no room for it; wrap it in coalesce()")
    if kind == "time":
        values[values != NEVER] += POSTGRES_EPOCH_US
    return values


def _texts(field: bytes) -> npt.NDArray[np.object_]:
    texts = [None if item is None else item.decode() for item in _items(field)]
    values = np.empty(len(texts), dtype=object)
    values[:] = texts
    return values


def _items(field: bytes) -> Iterator[bytes | None]:
    length_at = struct.Struct(">i").unpack_from
    position = HEADER_BYTES
    while position < len(field):
        (length,) = length_at(field, position)
        position += LENGTH_BYTES
        yield None if length < 0 else field[position : position + length]
        position += max(length, 0)

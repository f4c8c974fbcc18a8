"""Numbers as PostgreSQL arrays in their binary form, both ways: no text, no Python object per number.

PostgreSQL's form (``array_send``, ``array_recv``): dimensions, null flag, element type, size and lower bound, five
int32; then per element a length (int32, -1 for null) and the value, all big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

from apps.core.statements import Params, Row, fetch_rows

Kind = Literal["bool", "int2", "int4", "int8", "float8", "time", "text"]
POSTGRES_EPOCH_US = 946_684_800_000_000
HEADER_BYTES = 20
LENGTH_BYTES = 4
NEVER = -(1 << 63)
"""What a time of ``-infinity`` reads as."""
HOST = {"bool": "?", "int2": "i2", "int4": "i4", "int8": "i8", "float8": "f8", "time": "i8", "text": "O"}
"""The numpy type a column of each kind is read into."""

_WIRE = {"bool": ">u1", "int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8", "time": ">i8"}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A parameter: an array in binary form. One class per element type, by which psycopg finds how to send it."""

    data: bytes


class Int4s(Numbers):
    """An int4[]."""


class Int8s(Numbers):
    """An int8[]."""


class Float8s(Numbers):
    """A float8[]."""


_TYPES: dict[str, tuple[type[Numbers], int]] = {"i4": (Int4s, 23), "i8": (Int8s, 20), "f8": (Float8s, 701)}


def as_parameter(values: npt.NDArray[np.generic]) -> Numbers:
    """Int32, int64 or float64 values as a parameter for ``fetch_row``; NaN stays NaN."""
    kind = f"{values.dtype.kind}{values.dtype.itemsize}"
    holder, element = _TYPES[kind]
    if not len(values):
        return holder(struct.pack(">iii", 0, 0, element))
    items = np.empty(len(values), dtype=[("length", ">i4"), ("value", f">{kind}")])
    items["length"], items["value"] = values.dtype.itemsize, values
    return holder(struct.pack(">iiiii", 1, 0, element, len(values), 1) + items.tobytes())


class _NumbersDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Numbers) -> bytes:
        return obj.data


class _Int4sDumper(_NumbersDumper):
    oid = 1007


class _Int8sDumper(_NumbersDumper):
    oid = 1016


class _Float8sDumper(_NumbersDumper):
    oid = 1022


# Once for all connections, which are opened after the apps are loaded: registering per cursor costs 0.1 ms each time.
psycopg.adapters.register_dumper(Int4s, _Int4sDumper)
psycopg.adapters.register_dumper(Int8s, _Int8sDumper)
psycopg.adapters.register_dumper(Float8s, _Float8sDumper)


def fetch_row(sql: str, params: Params = None) -> Row:
    """The first row of ``core.statements.fetch_rows``, or an empty one; parameters may be ``as_parameter`` arrays."""
    rows = fetch_rows(sql, params)
    return rows[0] if rows else ()


def read_array(kind: Kind, field: bytes | None) -> npt.NDArray[Any]:
    """One array in its binary form as numpy values; no array at all (of no rows) is empty.

    Times become µs since 1970 UTC. Raises ValueError for null in a kind that has no room for it.
    """
    if field is None or len(field) < HEADER_BYTES:
        return np.empty(0, dtype=HOST[kind])
    if kind == "text":
        return _texts(field)
    (size,) = struct.unpack_from(">i", field, 12)
    wire = np.dtype([("length", ">i4"), ("value", _WIRE[kind])])
    if len(field) == HEADER_BYTES + size * wire.itemsize:
        values = np.frombuffer(field, dtype=wire, offset=HEADER_BYTES)["value"].astype(HOST[kind])
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

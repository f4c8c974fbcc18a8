"""Rows as PostgreSQL's binary COPY format, made by numpy: no Python object per row.

PostgreSQL manual, "COPY", section "Binary Format": per row a field count (int16), per field a length (int32, -1 for
null) and the value, all big-endian; times are µs since 2000-01-01.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.sensors.types import Readings

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
POSTGRES_EPOCH_US = 946_684_800_000_000
NARROW = "datastream_id, span, phenomenon_time, id, result"
TAIL = "result_time, feature_id"

_FIXED = [("datastream", ">i4"), ("span", ">i4"), ("time", ">i8"), ("id", ">i8"), ("result", ">f8")]
_TAIL = [("result_time", ">i8"), ("feature", ">i4")]
_JSONB_VERSION = b"\x01"

Ids = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def copy_in(table: str, readings: Readings, ids: Ids) -> None:
    """Copy rows into a table that has the columns of an observation."""
    columns, data = encode(readings, ids)
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        copy.write(data)


def encode(readings: Readings, ids: Ids) -> tuple[str, bytes]:
    """The column list and the COPY stream of these rows; columns that are null throughout are left out."""
    tail = any(column is not None for column in (readings.result_time, readings.feature, readings.extra))
    fields = len(_FIXED) + (len(_TAIL) if tail else 0) + (readings.extra is not None)
    rows = _rows(readings, ids, _FIXED + (_TAIL if tail else []), fields=fields)
    keep = _keep(rows, _nulls(readings, tail=tail))
    columns = NARROW + (f", {TAIL}" if tail else "")
    if readings.extra is not None:
        return f"{columns}, extra", b"".join([HEADER, *_with_extra(rows, keep, readings.extra), TRAILER])
    body = rows.tobytes() if keep is None else _matrix(rows)[keep].tobytes()
    return columns, b"".join([HEADER, body, TRAILER])


def _rows(readings: Readings, ids: Ids, columns: list[tuple[str, str]], *, fields: int) -> npt.NDArray[np.void]:
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns:
        layout += [(f"{name}_length", ">i4"), (name, kind)]
    rows = np.empty(len(readings), dtype=np.dtype(layout))
    rows["fields"] = fields
    for name, kind in columns:
        rows[f"{name}_length"] = np.dtype(kind).itemsize
    rows["datastream"], rows["span"], rows["id"], rows["result"] = (
        readings.datastream,
        readings.span,
        ids,
        readings.result,
    )
    rows["time"] = readings.time - POSTGRES_EPOCH_US
    if len(columns) > len(_FIXED):
        rows["result_time"] = 0 if readings.result_time is None else readings.result_time - POSTGRES_EPOCH_US
        rows["feature"] = 0 if readings.feature is None else readings.feature
    return rows


def _nulls(readings: Readings, *, tail: bool) -> dict[str, Bools]:
    nulls = {"result": np.isnan(readings.result)}
    if tail:
        everywhere = np.ones(len(readings), dtype=np.bool_)
        nulls["result_time"] = everywhere if readings.result_time is None else readings.result_time < 0
        nulls["feature"] = everywhere if readings.feature is None else readings.feature < 1
    return {name: mask for name, mask in nulls.items() if mask.any()}


def _keep(rows: npt.NDArray[np.void], nulls: dict[str, Bools]) -> Bools | None:
    """Mark null fields by length -1 and tell which bytes of each row remain; None when all do."""
    if not nulls:
        return None
    keep = np.ones((len(rows), rows.dtype.itemsize), dtype=np.bool_)
    places: Mapping[str, Any] = rows.dtype.fields or {}
    for name, mask in nulls.items():
        rows[f"{name}_length"][mask] = -1
        keep[mask, places[name][1] : places[name][1] + places[name][0].itemsize] = False
    return keep


def _matrix(rows: npt.NDArray[np.void]) -> npt.NDArray[np.uint8]:
    return rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)


def _with_extra(rows: npt.NDArray[np.void], keep: Bools | None, extra: Sequence[str | None]) -> Iterator[bytes]:
    kept = np.ones((len(rows), rows.dtype.itemsize), dtype=np.bool_) if keep is None else keep
    flat = _matrix(rows)[kept].tobytes()
    start = 0
    for end, text in zip(np.cumsum(kept.sum(axis=1)).tolist(), extra, strict=True):
        yield flat[start:end]
        yield _field(text)
        start = end


def _field(text: str | None) -> bytes:
    if text is None:
        return b"\xff\xff\xff\xff"
    data = _JSONB_VERSION + text.encode()
    return struct.pack(">i", len(data)) + data

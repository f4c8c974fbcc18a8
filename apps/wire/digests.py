"""Whether two tables hold the same rows, told without sending them: one digest per stream and UTC day.

The rule, complete: take the rows of one stream whose time lies on one UTC day, in ascending (time, span).
Pack each, big-endian: int64 time in µs since 1970 UTC, int32 span in seconds, uint8 flag, float64 result (0
for -0, the bits 7ff8000000000000 for null), uint32 length of the extra in bytes, the extra in UTF-8 (length 0
for none). SHA-256 over the packed rows, one after the other, is the digest of the day. A deleted row is no
row. The digest of a dataset is that of the canonical JSON list of [stream, day, count, hex], sorted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from apps.wire import canonical
from apps.wire.columns import DELETED, Columns, Ints
from apps.wire.errors import BadRows

DAY_US: Final = 86_400_000_000
_ROW: Final = np.dtype([("time", ">i8"), ("span", ">i4"), ("flag", "u1"), ("result", ">u8"), ("extra_length", ">u4")])
_NULL: Final = np.uint64(0x7FF8000000000000)
_EPOCH: Final = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class DayDigest:
    """The rows of one stream on one UTC day: how many, and SHA-256 over them as 64 hex digits."""

    stream: int
    day: dt.date
    count: int
    hex: str


def day_digests(columns: Columns) -> list[DayDigest]:
    """One digest per stream and UTC day that has rows, sorted; the order of the rows given does not matter.

    Whole days must be given: a day split over two calls gives two wrong digests. Raises BadRows if two
    rows have the same (stream, time, span).
    """
    rows = _prepared(columns)
    if not len(rows):
        return []
    days = rows.time // DAY_US
    changes = (rows.stream[1:] != rows.stream[:-1]) | (days[1:] != days[:-1])
    starts = np.append(0, np.flatnonzero(changes) + 1)
    ends = np.append(starts[1:], len(rows))
    return [
        DayDigest(stream, _EPOCH + dt.timedelta(days=day), end - start, digest)
        for stream, day, start, end, digest in zip(
            rows.stream[starts].tolist(),
            days[starts].tolist(),
            starts.tolist(),
            ends.tolist(),
            _digests(rows, starts, ends),
            strict=True,
        )
    ]


def combine(days: Iterable[DayDigest]) -> str:
    """``sha-256:<hex>`` of a whole dataset; the order of ``days`` does not matter, each (stream, day) is there once.

    Raises BadRows if one is there twice.
    """
    ordered = sorted(days)
    keys = [(day.stream, day.day) for day in ordered]
    if len(set(keys)) != len(keys):
        raise BadRows("A stream and day has two digests.", part="day")
    listed = [[day.stream, day.day.isoformat(), day.count, day.hex] for day in ordered]
    # Lists of small integers and plain ASCII: for these json writes what RFC 8785 asks for, much faster.
    return canonical.digest_of(json.dumps(listed, separators=(",", ":")).encode("ascii"))


def differing(ours: Iterable[DayDigest], theirs: Iterable[DayDigest]) -> list[tuple[int, dt.date]]:
    """The (stream, day) pairs that only one side has or whose digests differ, sorted."""
    different = set(ours) ^ set(theirs)
    return sorted({(day.stream, day.day) for day in different})


def _prepared(columns: Columns) -> Columns:
    rows = columns
    if (rows.flag == DELETED).any():
        rows = rows.take(np.flatnonzero(rows.flag != DELETED))
    if not rows.steps().all():
        rows = rows.take(rows.order())
        if not rows.steps().all():
            raise BadRows("Two rows have the same stream, time and span.", part="time")
    return rows


def _digests(rows: Columns, starts: Ints, ends: Ints) -> Iterator[str]:
    packed = _pack(rows)
    view = memoryview(packed.view(np.uint8).data)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        extra = None if rows.extra is None else rows.extra[start:end]
        if extra is None or not any(extra):
            yield hashlib.sha256(view[start * _ROW.itemsize : end * _ROW.itemsize]).hexdigest()
        else:
            yield _digest_with_extra(packed[start:end], extra)


def _pack(rows: Columns) -> npt.NDArray[np.void]:
    packed = np.zeros(len(rows), _ROW)
    packed["time"], packed["span"], packed["flag"] = rows.time, rows.span, rows.flag
    packed["result"] = np.where(np.isnan(rows.result), _NULL, rows.result.view(np.uint64))
    return packed


def _digest_with_extra(packed: npt.NDArray[np.void], extra: Sequence[str | None]) -> str:
    texts = [b"" if text is None else text.encode() for text in extra]
    packed["extra_length"] = [len(text) for text in texts]
    running = hashlib.sha256()
    for row, text in zip(packed, texts, strict=True):
        running.update(row.tobytes() + text)
    return running.hexdigest()

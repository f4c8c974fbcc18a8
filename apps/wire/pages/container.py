"""What an Arrow IPC stream claims to hold, read before Arrow itself unpacks a byte of it.

Arrow allocates whatever length a compressed buffer claims, so a page of a few kilobytes can ask for
gigabytes. Here the framing (Arrow columnar format, "Encapsulated message format") and the one table of the
flatbuffer that names the buffers (``Message.fbs``: Message, RecordBatch) are read by hand, every offset
checked, and the sums compared with the limits.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from apps.wire.errors import BadPage, PageTooLarge

_SCHEMA, _RECORD_BATCH = 1, 3
_CONTINUATION = 0xFFFFFFFF
_ZSTD = 1
_UNCOMPRESSED = -1
_MAX_BUFFERS = 64


def check(data: bytes, *, max_bytes: int, max_rows: int) -> None:
    """Return if ``data`` is a schema, one record batch and the end mark, within the limits once unpacked.

    Raises BadPage for any other content, PageTooLarge for more than ``max_bytes`` or ``max_rows``.
    """
    try:
        kinds = [_check_message(*message, max_bytes, max_rows) for message in _messages(data)]
    except struct.error as error:
        raise BadPage("The page is no Arrow stream: an offset leads outside of it.", part="page") from error
    if kinds != [_SCHEMA, _RECORD_BATCH]:
        raise BadPage("A page holds exactly one schema and one record batch.", part="page")


def _messages(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while True:
        mark, size = struct.unpack_from("<Ii", data, position)
        position += 8
        if mark != _CONTINUATION or size < 0:
            raise BadPage("The page is no Arrow stream.", part="page")
        if size == 0:
            break
        metadata = data[position : position + size]
        if len(metadata) != size:
            raise BadPage("The page is cut off.", part="page")
        body_length = _Table.root(metadata).number(3, "<q")
        position += size
        if not 0 <= body_length <= len(data) - position:
            raise BadPage("The page is cut off.", part="page")
        yield metadata, data[position : position + body_length]
        position += body_length
    if position != len(data):
        raise BadPage("Bytes follow the end of the page.", part="page")


def _check_message(metadata: bytes, body: bytes, max_bytes: int, max_rows: int) -> int:
    message = _Table.root(metadata)
    kind = message.number(1, "<B")
    if kind == _RECORD_BATCH:
        _check_batch(message.table(2), body, max_bytes, max_rows)
    return kind


def _check_batch(batch: _Table, body: bytes, max_bytes: int, max_rows: int) -> None:
    rows = batch.number(0, "<q")
    if not 0 <= rows <= max_rows:
        raise PageTooLarge(f"The page has {rows} rows; {max_rows} are allowed.", part="rows")
    compressed = batch.has(3)
    if compressed and (batch.table(3).number(0, "<b") != _ZSTD or batch.table(3).number(1, "<b") != 0):
        raise BadPage("The buffers of a page are compressed with zstd, each by itself.", part="page")
    total = 0
    for offset, length in batch.structs(2, "<qq"):
        if offset < 0 or length < 0 or offset + length > len(body):
            raise BadPage("A buffer lies outside of the page.", part="page")
        total += _unpacked(body, offset, length) if compressed and length else length
    if total > max_bytes:
        raise PageTooLarge(f"The page unpacks to {total} bytes; {max_bytes} are allowed.", part="bytes")


def _unpacked(body: bytes, offset: int, length: int) -> int:
    claimed: int = struct.unpack_from("<q", body, offset)[0]
    if length < 8 or claimed < _UNCOMPRESSED:
        raise BadPage("A buffer has no length of its own.", part="page")
    return length - 8 if claimed == _UNCOMPRESSED else claimed


class _Table:
    """A flatbuffer table: a signed offset to its vtable, which lists where each field lies (0: absent)."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data, self.position = data, position
        self.vtable = position - _read("<i", data, position)
        self.slots = (_read("<H", data, self.vtable) - 4) // 2

    @classmethod
    def root(cls, data: bytes) -> _Table:
        return cls(data, _read("<I", data, 0))

    def _field(self, index: int) -> int:
        offset = _read("<H", self.data, self.vtable + 4 + 2 * index) if index < self.slots else 0
        return self.position + offset if offset else 0

    def has(self, index: int) -> bool:
        return self._field(index) != 0

    def number(self, index: int, form: str) -> int:
        field = self._field(index)
        return _read(form, self.data, field) if field else 0

    def table(self, index: int) -> _Table:
        return _Table(self.data, self._reference(index))

    def structs(self, index: int, form: str) -> Iterator[tuple[int, int]]:
        start = self._reference(index)
        count = _read("<I", self.data, start)
        if count > _MAX_BUFFERS:
            raise BadPage("The page has more buffers than any page needs.", part="page")
        for number in range(count):
            first, second = struct.unpack_from(form, self.data, start + 4 + number * struct.calcsize(form))
            yield first, second

    def _reference(self, index: int) -> int:
        field = self._field(index)
        if not field:
            raise BadPage("The page lacks a part every page has.", part="page")
        return field + _read("<I", self.data, field)


def _read(form: str, data: bytes, position: int) -> int:
    if position < 0:  # struct counts negative offsets from the end
        raise BadPage("The page is no Arrow stream: an offset leads outside of it.", part="page")
    return int(struct.unpack_from(form, data, position)[0])

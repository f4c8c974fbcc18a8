"""Writing and reading a page: Arrow IPC stream, buffers compressed with zstd, layout ``owl.page`` 1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from apps.wire.columns import Columns, Ints, Mask
from apps.wire.errors import BadPage, BadRows, PageTooLarge
from apps.wire.pages import container, lags, packing

MEDIA_TYPE: Final = "application/vnd.apache.arrow.stream"
LAYOUT: Final = "1"
ZSTD_LEVEL: Final = 3
MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = 1_000_000

SCHEMA: Final = pa.schema(
    [
        pa.field("stream", pa.int32(), nullable=False),
        pa.field("time", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("span", pa.int32(), nullable=False),
        pa.field("result", pa.float64()),
        pa.field("flag", pa.uint8(), nullable=False),
        pa.field("extra", pa.string()),
    ]
)

_SIGNED = (pa.int8(), pa.int16(), pa.int32(), pa.int64())
_LAYOUT_FIELDS: Final = (
    ("stream", _SIGNED, False),
    ("time", _SIGNED, False),
    ("span", (pa.int32(),), False),
    ("number", _SIGNED, True),
    ("real", (pa.float64(),), True),
    ("flag", (pa.uint8(),), False),
    ("lag", _SIGNED, True),
    ("extra", (pa.string(),), True),
)
NOTES: Final = ("stream_base", "time_base", "time_unit", "number_base", "number_scale", "lag_unit")
_LONGEST_LAG: Final = 2**53
_INTEGER = re.compile(rb"-?[0-9]{1,19}\Z")


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """Rows of one feed in ascending (stream, time, span), each key once.

    Given in any order they are arranged; of rows with one key the last given stays. Raises BadRows.
    """

    columns: Columns

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", self.columns.arranged())

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def batch(self) -> pa.RecordBatch:
        """The rows as an Arrow record batch of ``SCHEMA`` (result and extra null where there is none)."""
        rows = self.columns
        extra = pa.nulls(len(rows), pa.string()) if rows.extra is None else pa.array(rows.extra, pa.string())
        arrays = [
            pa.array(rows.stream),
            pa.array(rows.time).cast(pa.timestamp("us", "UTC")),
            pa.array(rows.span),
            pa.array(rows.result, from_pandas=True),
            pa.array(rows.flag),
            extra,
        ]
        return pa.record_batch(arrays, schema=SCHEMA)


def encode(page: Page) -> bytes:
    """The bytes of a page: equal rows give equal bytes within one version of Arrow and zstd.

    Raises PageTooLarge for more rows than any reader accepts.
    """
    if len(page) > MAX_ROWS:
        raise PageTooLarge(f"A page of {len(page)} rows; {MAX_ROWS} are allowed.", part="rows")
    batch = _pack(page.columns)
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", ZSTD_LEVEL))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def decode(data: bytes, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS) -> Page:
    """The page in ``data``, checked in full: container, layout, every value, the order.

    ``max_bytes`` limits the bytes as received and the bytes unpacked, each. Raises BadPage, PageTooLarge.
    """
    if len(data) > max_bytes:
        raise PageTooLarge(f"The page has {len(data)} bytes; {max_bytes} are allowed.", part="bytes")
    container.check(data, max_bytes=max_bytes, max_rows=max_rows)
    try:
        batch = _read(data)
        rows = _unpack(batch, _read_numbers(batch.schema))
    except (pa.ArrowException, OSError, UnicodeDecodeError, StopIteration) as error:
        raise BadPage(f"The page is no Arrow stream: {str(error)[:200]}.", part="page") from error
    except BadRows as error:
        raise BadPage(error.message, part=error.part) from error
    if not rows.steps().all():
        raise BadPage("The rows are not in ascending (stream, time, span).", part="page")
    return Page(rows)


def _pack(rows: Columns) -> pa.RecordBatch:
    starts, whole = packing.run_starts(rows.stream), np.zeros(len(rows), np.bool_)
    whole[:1] = True
    unit, scale = packing.time_unit(rows.time), packing.decimal_scale(rows.result)
    stream_base, stream = packing.differences(rows.stream.astype(np.int64), whole)
    time_base, time = packing.differences(rows.time // unit, starts)
    mantissa, fits = packing.exact(rows.result, scale)
    number_base, number = packing.differences(packing.carried(mantissa, fits, starts), starts)
    lag, lagging, extra = lags.take_out(rows)
    lag_unit = packing.time_unit(lag)
    values = (stream_base, time_base, unit, number_base, scale, lag_unit)
    columns = {
        "stream": pa.array(stream),
        "time": pa.array(time),
        "span": pa.array(rows.span),
        "number": pa.array(number, mask=~fits),
        "real": pa.array(np.where(fits, 0.0, rows.result), mask=fits | np.isnan(rows.result)),
        "flag": pa.array(rows.flag),
        "lag": pa.array(packing.narrowest(lag // lag_unit), mask=~lagging),
        "extra": pa.nulls(len(rows), pa.string()) if extra is None else pa.array(extra, pa.string()),
    }
    fields = [pa.field(name, columns[name].type, nullable) for name, _, nullable in _LAYOUT_FIELDS]
    notes = {"owl.page": LAYOUT} | {f"owl.{name}": str(n) for name, n in zip(NOTES, values, strict=True)}
    return pa.record_batch(list(columns.values()), schema=pa.schema(fields, notes))


def _read(data: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(data) as reader:
        schema = reader.schema
        if [field.name for field in schema] != [name for name, _, _ in _LAYOUT_FIELDS]:
            raise BadPage("The columns are not those of a page.", part="schema")
        for field, (name, types, nullable) in zip(schema, _LAYOUT_FIELDS, strict=True):
            if field.type not in types or field.nullable != nullable or field.metadata:
                raise BadPage(f"The column {name} does not have the type a page gives it.", part="schema")
        batch = reader.read_next_batch()
    batch.validate(full=True)
    if any(batch.column(name).null_count for name, _, nullable in _LAYOUT_FIELDS if not nullable):
        raise BadPage("A column that must be full has gaps.", part="schema")
    return batch


def _read_numbers(schema: pa.Schema) -> dict[str, int]:
    notes: dict[bytes, bytes] = dict(schema.metadata or {})
    if notes.pop(b"owl.page", None) != LAYOUT.encode():
        raise BadPage("The page is not of layout owl.page 1.", part="schema", remedy="Upgrade the older node.")
    if set(notes) != {f"owl.{name}".encode() for name in NOTES}:
        raise BadPage("The notes in the schema are not those of a page.", part="schema")
    if not all(_INTEGER.match(value) and -(2**63) <= int(value) < 2**63 for value in notes.values()):
        raise BadPage("A note in the schema is no integer.", part="schema")
    numbers = {name: int(notes[f"owl.{name}".encode()]) for name in NOTES}
    units = {numbers["time_unit"], numbers["lag_unit"]}
    if not units <= set(packing.TIME_UNITS) or not 0 <= numbers["number_scale"] <= packing.MAX_SCALE:
        raise BadPage("A note in the schema is out of its range.", part="schema")
    return numbers


def _unpack(batch: pa.RecordBatch, numbers: dict[str, int]) -> Columns:
    whole = np.zeros(len(batch), np.bool_)
    whole[:1] = True
    stream = _wide(packing.restore(numbers["stream_base"], _array(batch, "stream"), whole), 2**31, "stream")
    starts = packing.run_starts(stream)
    longest = 2**63 // numbers["time_unit"]
    steps = packing.restore(numbers["time_base"], _array(batch, "time"), starts)
    time = _wide(steps, longest, "time") * numbers["time_unit"]
    return Columns(
        stream.astype(np.int32),
        time,
        _array(batch, "span"),
        _results(batch, numbers, starts),
        _array(batch, "flag"),
        _extra(batch, numbers["lag_unit"], time),
    )


def _extra(batch: pa.RecordBatch, unit: int, time: Ints) -> lags.Texts | None:
    lag, extra = batch.column("lag"), batch.column("extra")
    values = _array(batch, "lag").astype(np.int64)
    if ((values > _LONGEST_LAG // unit) | (values < -_LONGEST_LAG // unit)).any():
        raise BadPage("A result time leaves its range.", part="lag")
    texts = None if extra.null_count == len(batch) else extra.to_pylist()
    return lags.put_back(values * unit, np.asarray(lag.is_valid()), time, texts)


def _results(batch: pa.RecordBatch, numbers: dict[str, int], starts: Mask) -> npt.NDArray[np.float64]:
    number, real = batch.column("number"), batch.column("real")
    absent, unreal = (np.asarray(one.is_null()) for one in (number, real))
    steps = np.where(absent, 0, _array(batch, "number"))
    mantissa = packing.restore(numbers["number_base"], steps, starts)
    if ((mantissa >= 2**53) | (mantissa <= -(2**53))).any() or not (absent | unreal).all():
        raise BadPage("A result is written twice, or with more digits than a float64 has.", part="number")
    result = mantissa / 10.0 ** numbers["number_scale"]
    values = _array(batch, "real")
    if np.isnan(values[~unreal]).any():
        raise BadPage("A result is no number.", part="real")
    result[absent] = np.nan
    result[~unreal] = values[~unreal]
    return np.asarray(result, np.float64)


def _array(batch: pa.RecordBatch, name: str) -> npt.NDArray[Any]:
    column = batch.column(name)
    filled = column.fill_null(0) if column.null_count else column
    return np.asarray(filled.to_numpy(zero_copy_only=False))


def _wide(values: npt.NDArray[np.int64], limit: int, part: str) -> npt.NDArray[np.int64]:
    if ((values < 0) | (values >= limit)).any():
        raise BadPage(f"The column {part} leaves its range.", part=part)
    return values

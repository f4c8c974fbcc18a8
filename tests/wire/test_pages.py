"""Pages: they carry every row exactly, are small, and nothing dangerous or half right is ever opened."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import datetime as dt
import io
import json
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wire import columns, pages
from apps.wire.errors import BadPage, PageTooLarge, WireError
from apps.wire.pages import codec, packing
from tests.wire.rows import TABLES, Row, listed, table

DAY = 1_704_067_200_000_000


def _interleaved(rows: int, streams: int, decimals: int = 2) -> columns.Columns:
    numbers = np.random.default_rng(1)
    step = np.repeat(np.arange(rows // streams), streams)
    stream = np.tile(np.arange(streams), rows // streams)
    values = 15 + 8 * np.sin(step / 15 + stream) + numbers.normal(0, 0.2, rows)
    return columns.columns(stream=stream, time=DAY + step * 900_000_000, result=np.round(values, decimals))


@given(TABLES)
def test_a_page_round_trips(rows: list[Row]) -> None:
    page = pages.decode(pages.encode(pages.Page(table(rows))))
    assert listed(page.columns) == sorted(rows, key=lambda row: row[:3])


@given(TABLES)
def test_equal_rows_give_equal_bytes_in_whatever_order(rows: list[Row]) -> None:
    backwards = table(rows[::-1])
    assert pages.encode(pages.Page(backwards)) == pages.encode(pages.Page(table(rows)))


@given(TABLES)
def test_the_record_batch_has_the_documented_schema(rows: list[Row]) -> None:
    batch = pages.Page(table(rows)).batch
    assert batch.schema.equals(pages.SCHEMA)
    batch.validate(full=True)
    wanted = sorted(rows, key=lambda row: row[:3])
    assert batch.column("result").to_pylist() == [row[3] for row in wanted]
    assert batch.column("extra").to_pylist() == [row[5] for row in wanted]


def test_five_hundred_interleaved_series_take_less_than_four_bytes_a_row() -> None:
    for rows in (50_000, 5_000):
        assert len(pages.encode(pages.Page(_interleaved(rows, 500)))) <= 4 * rows


@pytest.mark.parametrize("folder", ["bicycle/100031297", "parking/2024-04", "lake"])
def test_real_recordings_take_less_than_four_bytes_a_row(shared_path: Path, folder: str) -> None:
    rows: dict[tuple[int, int], float] = {}
    for path in sorted((shared_path / "data" / folder).glob("*.csv")):
        for moment, *values in list(csv.reader(path.open(encoding="utf-8-sig")))[1:]:
            time = int(dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC).timestamp()) * 1_000_000
            rows |= {(number, time): float(value) for number, value in enumerate(values) if value}
    numbers, times = zip(*rows, strict=True)
    held = columns.columns(stream=numbers, time=times, result=list(rows.values()))
    assert len(held) > 5_000
    assert len(pages.encode(pages.Page(held))) <= 4 * len(held)


def test_result_times_do_not_make_a_page_large() -> None:
    held = _interleaved(50_000, 500)
    seconds = np.random.default_rng(2).integers(1, 5, len(held)) * 1_000_000
    extra = [f'{{"resultTime":{moment}}}' for moment in (held.time + seconds).tolist()]
    page = pages.Page(dataclasses.replace(held, extra=extra))
    data = pages.encode(page)
    assert len(data) <= 4 * len(held)
    assert listed(pages.decode(data).columns) == listed(page.columns)


def test_results_without_decimals_in_common_survive_too() -> None:
    values = [1 / 3, 0.1, 1e300, 5e-324, 2.0**53, -(2.0**60), 12.5, math.nan, 123456.789]
    held = columns.columns(stream=[1] * 9, time=range(9), result=values)
    again = pages.decode(pages.encode(pages.Page(held))).columns.result
    assert np.array_equal(again, np.array(values), equal_nan=True)


def test_no_rows_are_a_page_too() -> None:
    empty = pages.decode(pages.encode(pages.Page(table([]))))
    assert len(empty) == 0
    assert pages.to_ndjson(empty) == b""


@given(st.binary(max_size=400))
def test_garbage_is_no_page(data: bytes) -> None:
    with pytest.raises(BadPage):
        pages.decode(data)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_page_is_a_page_or_a_typed_error(seed: int) -> None:
    chance = random.Random(seed)
    good = pages.encode(pages.Page(_interleaved(1000, 20)))
    for _ in range(500):
        damaged = bytearray(good)
        for _ in range(chance.choice((1, 1, 4))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.2:
            del damaged[chance.randrange(len(damaged)) :]
        with contextlib.suppress(WireError):
            assert pages.decode(bytes(damaged)).columns.steps().all()


def test_a_page_with_something_after_it_is_refused() -> None:
    good = pages.encode(pages.Page(_interleaved(100, 10)))
    for data in (good + b"\0", good + good, good[:-8]):
        with pytest.raises(BadPage):
            pages.decode(data)


def test_the_limits_hold_before_anything_is_unpacked() -> None:
    good = pages.encode(pages.Page(_interleaved(1000, 10)))
    assert len(pages.decode(good, max_rows=1000)) == 1000
    for limits in ({"max_rows": 999}, {"max_bytes": len(good) - 1}, {"max_bytes": 20_000}):
        with pytest.raises(PageTooLarge):
            pages.decode(good, **limits)


def test_a_bomb_is_not_lit() -> None:
    """A page that unpacks to many times its size, and one that claims a terabyte."""
    rows = 2_500_000
    bomb = _written(columns=_layout(rows), rows=rows)
    assert len(bomb) < codec.MAX_BYTES / 20
    with pytest.raises(PageTooLarge):
        pages.decode(bomb, max_rows=10_000_000)
    small = bytearray(_written(columns=_layout(1000), rows=1000))
    claimed = small.index((1000 * 8).to_bytes(8, "little"))
    small[claimed : claimed + 8] = (2**40).to_bytes(8, "little")
    with pytest.raises(PageTooLarge):
        pages.decode(bytes(small))


NOTES = {
    "owl.page": "1",
    "owl.stream_base": "1",
    "owl.time_base": "0",
    "owl.time_unit": "1",
    "owl.number_base": "0",
    "owl.number_scale": "0",
    "owl.lag_unit": "1",
}


def _layout(rows: int, **changed: pa.Array) -> dict[str, pa.Array]:
    good = {
        "stream": pa.array(np.zeros(rows, np.int8)),
        "time": pa.array(np.ones(rows, np.int64)),
        "span": pa.array(np.zeros(rows, np.int32)),
        "number": pa.array(np.ones(rows, np.int64)),
        "real": pa.nulls(rows, pa.float64()),
        "flag": pa.array(np.zeros(rows, np.uint8)),
        "lag": pa.nulls(rows, pa.int8()),
        "extra": pa.nulls(rows, pa.string()),
    }
    return good | changed


def _written(
    *, columns: dict[str, pa.Array], rows: int = 3, notes: dict[str, str] | None = None, batches: int = 1
) -> bytes:
    nullable = {"number", "real", "lag", "extra"}
    fields = [pa.field(name, array.type, name in nullable) for name, array in columns.items()]
    schema = pa.schema(fields, NOTES if notes is None else notes)
    batch = pa.record_batch(list(columns.values()), schema=schema)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        for _ in range(batches):
            writer.write_batch(batch)
    assert batch.num_rows == rows
    return bytes(sink.getvalue())


def test_a_page_can_be_written_from_the_documentation_alone() -> None:
    page = pages.decode(_written(columns=_layout(3)))
    assert listed(page.columns) == [(1, 0 + step, 0, float(step), 0, None) for step in (1, 2, 3)]


@pytest.mark.parametrize(
    "columns",
    [
        _layout(3, stream=pa.array([0, -2, 0], pa.int8())),
        _layout(3, stream=pa.array([0, 2**31, 0], pa.int64())),
        _layout(3, stream=pa.array([0.0, 0, 0])),
        _layout(3, time=pa.array([0, 0, 0], pa.int8())),
        _layout(3, time=pa.array([5, -1, 1], pa.int8())),
        _layout(3, time=pa.array([2**62] * 3, pa.int64())),
        _layout(3, span=pa.array([0, 0, -1], pa.int32())),
        _layout(3, span=pa.array([0, 0, 1], pa.int64())),
        _layout(3, number=pa.array([2**53, 0, 0], pa.int64())),
        _layout(3, number=pa.array([1, None, 1], pa.int8()), flag=pa.array([0, 0, 1], pa.uint8())),
        _layout(3, real=pa.array([1.0, None, None])),
        _layout(3, number=pa.nulls(3, pa.int8()), real=pa.array([1.0, math.inf, None])),
        _layout(3, number=pa.nulls(3, pa.int8()), real=pa.array([1.0, math.nan, None])),
        _layout(3, flag=pa.array([0, 0, 9], pa.uint8())),
        _layout(3, lag=pa.array([None, -5, None], pa.int8())),
        _layout(3, lag=pa.array([None, 2**62, None], pa.int64())),
        _layout(3, lag=pa.array([None, 1, None], pa.int8()), extra=pa.array([None, '{"a":1}', None])),
        _layout(3, lag=pa.array([None, 1, None], pa.int8()), flag=pa.array([0, 1, 0], pa.uint8())),
        _layout(3, extra=pa.array([None, "x", None])),
        _layout(3, extra=pa.array([None, '{"a": 1}', None])),
        {name: array for name, array in _layout(3).items() if name != "extra"},
        dict(reversed(_layout(3).items())),
        _layout(3) | {"more": pa.array([1, 2, 3])},
    ],
)
def test_wrong_columns_are_refused(columns: dict[str, pa.Array]) -> None:
    with pytest.raises(BadPage):
        pages.decode(_written(columns=columns))


def test_gaps_in_a_column_that_must_be_full_are_refused() -> None:
    columns = _layout(3, stream=pa.array([0, None, 0], pa.int8()))
    schema = pa.schema([pa.field(name, array.type) for name, array in columns.items()], NOTES)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.record_batch(list(columns.values()), schema=schema))
    with pytest.raises(BadPage):
        pages.decode(bytes(sink.getvalue()))


@pytest.mark.parametrize(
    "notes",
    [
        {},
        {**NOTES, "owl.page": "2"},
        {**NOTES, "owl.time_unit": "7"},
        {**NOTES, "owl.number_scale": "10"},
        {**NOTES, "owl.number_scale": "-1"},
        {**NOTES, "owl.time_base": "x"},
        {**NOTES, "owl.time_base": str(2**63)},
        {**NOTES, "owl.lag_unit": "2"},
        {**NOTES, "more": "1"},
    ],
)
def test_wrong_notes_are_refused(notes: dict[str, str]) -> None:
    with pytest.raises(BadPage):
        pages.decode(_written(columns=_layout(3), notes=notes))


def test_a_page_is_one_batch_compressed_with_zstd() -> None:
    for batches in (0, 2):
        with pytest.raises(BadPage):
            pages.decode(_written(columns=_layout(3), batches=batches))
    batch = pages.Page(_interleaved(100, 10)).batch
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_batch(batch)
    with pytest.raises(BadPage):
        pages.decode(bytes(sink.getvalue()))


def test_more_rows_than_any_reader_takes_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "MAX_ROWS", 99)
    with pytest.raises(PageTooLarge):
        pages.encode(pages.Page(_interleaved(100, 10)))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-(2**62), 2**62 - 1)), max_size=40))
def test_differences_can_always_be_undone(values: list[tuple[int, int]]) -> None:
    values.sort(key=lambda pair: pair[0])
    streams = np.array([stream for stream, _ in values], np.int64)
    numbers = np.array([number for _, number in values], np.int64)
    starts = packing.run_starts(streams)
    base, steps = packing.differences(numbers, starts)
    assert packing.restore(base, steps, starts).tolist() == numbers.tolist()


def test_csv_and_ndjson_say_the_same_as_the_page() -> None:
    rows: list[Row] = [
        (1, DAY, 0, 12.5, 0, '{"quality":"good, \\"almost\\""}'),
        (1, DAY + 1, 900, None, 1, None),
        (2, DAY, 0, -3.0, 0, None),
    ]
    page = pages.Page(table(rows))
    lines = [json.loads(line) for line in pages.to_ndjson(page).splitlines()]
    assert lines[0] == {
        "stream": 1,
        "time": "2024-01-01T00:00:00.000000Z",
        "span": 0,
        "result": 12.5,
        "flag": "value",
        "extra": {"quality": 'good, "almost"'},
    }
    written = list(csv.DictReader(io.StringIO(pages.to_csv(page).decode(), newline="")))
    assert [_as_text(line) for line in lines] == written


def _as_text(line: dict[str, Any]) -> dict[str, str]:
    texts = {name: "" if value is None else str(value) for name, value in line.items()}
    texts["extra"] = "" if line["extra"] is None else json.dumps(line["extra"], separators=(",", ":"))
    texts["result"] = "" if line["result"] is None else f"{line['result']:g}"
    return texts

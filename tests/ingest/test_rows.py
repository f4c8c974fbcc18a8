"""Rows: strict about time, numbers, types and texts; every refusal has a word."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ingest import envelope, rows
from apps.ingest.rows import RowRefused
from tests.ingest.formats.test_times import utc

ROW: dict[str, Any] = {"datastream": "lora/a", "time": "2024-04-01T00:00:00Z", "result": 1.5}


def refusal(row: object) -> str:
    """The word with which a row is refused."""
    with pytest.raises(RowRefused) as caught:
        rows.parse(row)
    return caught.value.reason


def test_a_plain_row_is_an_instant_with_a_number() -> None:
    reading = rows.parse(ROW)
    assert (reading.datastream, reading.time, reading.span) == ("lora/a", utc("2024-04-01T00:00"), 0)
    assert (reading.result, reading.result_time, reading.extra) == (1.5, None, None)


def test_an_interval_has_its_length_in_seconds() -> None:
    reading = rows.parse(ROW | {"time": "2024-04-01T02:00:00+02:00/2024-04-01T00:15:00Z", "datastream": 7})
    assert (reading.datastream, reading.time, reading.span) == (7, utc("2024-04-01T00:00"), 900)


@pytest.mark.parametrize("result", ["closed", True, [1, 2], {"a": 1}, ""])
def test_a_result_that_is_no_number_stands_beside_a_null(result: object) -> None:
    reading = rows.parse(ROW | {"result": result, "quality": "good", "parameters": {"b": 1, "a": 2}})
    assert math.isnan(reading.result)
    assert json.loads(reading.extra or "") == {"result": result, "quality": "good", "parameters": {"a": 2, "b": 1}}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"time": None}, "missing-time"),
        ({"datastream": None}, "missing-datastream"),
        ({"result": None}, "missing-result"),
        ({"time": 1711929600}, "wrong-type"),
        ({"datastream": 1.5}, "wrong-type"),
        ({"datastream": True}, "wrong-type"),
        ({"datastream": ""}, "wrong-type"),
        ({"parameters": [1]}, "wrong-type"),
        ({"time": "2024-04-01T00:00:00"}, "naive-time"),
        ({"time": "2024-04-01T00:00:00Z/2024-04-01T01:00:00"}, "naive-time"),
        ({"time": "yesterday"}, "unreadable-time"),
        ({"time": "2024-02-30T00:00:00Z"}, "unreadable-time"),
        ({"time": "2024-04-01T00:00:60Z"}, "unreadable-time"),
        ({"time": "2024-04-01T00:00:00+99:99"}, "unreadable-time"),
        ({"time": "٢٠٢٤-04-01T00:00:00Z"}, "unreadable-time"),
        ({"time": "1969-12-31T23:59:59Z"}, "time-out-of-range"),
        ({"time": "2101-01-01T00:00:00Z"}, "time-out-of-range"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "time-out-of-range"),
        ({"time": "9999-12-31T23:59:59-14:00"}, "time-out-of-range"),
        ({"time": "2024-04-01T01:00:00Z/2024-04-01T00:00:00Z"}, "backward-interval"),
        ({"time": "2024-04-01T00:00:00Z/2024-04-01T00:00:00.5Z"}, "interval-length"),
        ({"time": "2024-04-01T00:00:00Z/2034-04-01T00:00:00Z"}, "interval-length"),
        ({"resultTime": "2024-04-01"}, "unreadable-time"),
        ({"result": 2**53 + 1}, "number-too-large"),
        ({"result": {"deep": [2**60]}}, "number-too-large"),
        ({"result": "a\0b"}, "unstorable-text"),
        ({"result": {"\ud800": 1}}, "unstorable-text"),
        ({"result": "x" * 10_001}, "text-too-long"),
        ({"voltage": 3.3}, "unknown-field"),
    ],
)
def test_what_cannot_be_taken_has_a_word(change: dict[str, Any], word: str) -> None:
    assert refusal(ROW | change) == word


@pytest.mark.parametrize("row", [None, 1, "x", [], True])
def test_a_row_must_be_an_object(row: object) -> None:
    assert refusal(row) == "wrong-type"


def test_nesting_is_bounded() -> None:
    nested: object = 1
    for _ in range(40):
        nested = [nested]
    assert refusal(ROW | {"result": nested}) == "too-deep"


def test_minus_zero_becomes_zero() -> None:
    assert math.copysign(1, rows.parse(ROW | {"result": -0.0}).result) == 1


def test_what_the_database_cannot_hold_is_kept_as_text() -> None:
    for raw in ('{"result":"a\\u0000b"}', '{"result":"\\ud800"}', '{"result":NaN}', '{"a":1,"a":2}', "nul"):
        row = envelope.parse(f'{{"readings":[{raw}]}}'.encode()).rows[0]
        kept = json.dumps(rows.keepable(row), ensure_ascii=False)
        assert "\0" not in kept
        assert "\\u0000" not in kept.replace("\\\\u0000", "")
        kept.encode("utf-8")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["datastream", "time", "result", "resultTime", "quality", "parameters", "x"])
TIMES = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.just("2024-04-01T00:00:00+01:00")


@given(st.dictionaries(FIELDS, JSON | TIMES, max_size=6))
def test_any_row_is_a_finite_reading_or_refused_and_can_be_kept(row: dict[str, Any]) -> None:
    text = json.dumps({"readings": [row]})
    parsed = envelope.parse(text.encode()).rows[0]
    json.dumps(rows.keepable(parsed), ensure_ascii=False).encode()
    try:
        reading = rows.parse(parsed)
    except RowRefused as error:
        assert error.reason  # noqa: PT017 - both outcomes are promised
    else:
        assert not math.isinf(reading.result)
        assert reading.extra is None or isinstance(json.loads(reading.extra), dict)

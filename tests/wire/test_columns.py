"""Columns: impossible rows never come into being, and arranging loses nothing but repetitions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wire.columns import MAX_EXTRA, TIME_END, Columns, columns
from apps.wire.errors import BadRows
from tests.wire.rows import ROWS, TABLES, Row, listed, table

GOOD: dict[str, Any] = {"stream": [1], "time": [2], "result": [3.0]}


@given(TABLES)
def test_arranging_sorts_and_keeps_every_row(rows: list[Row]) -> None:
    assert listed(table(rows).arranged()) == sorted(rows, key=lambda row: row[:3])


@given(st.lists(ROWS, max_size=12), st.data())
def test_of_rows_with_one_key_the_last_given_stays(rows: list[Row], data: st.DataObject) -> None:
    repeated = rows + data.draw(st.lists(st.sampled_from(rows), max_size=5)) if rows else rows
    kept = {row[:3]: row for row in repeated}
    assert listed(table(repeated).arranged()) == [kept[key] for key in sorted(kept)]


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"stream": [-1]}, "stream"),
        ({"time": [-1]}, "time"),
        ({"time": [TIME_END]}, "time"),
        ({"span": [-1]}, "span"),
        ({"result": [math.inf]}, "result"),
        ({"result": [-math.inf]}, "result"),
        ({"flag": [3]}, "flag"),
        ({"flag": [1]}, "result"),
        ({"flag": [2]}, "result"),
        ({"flag": [1], "result": [math.nan], "extra": ["{}"]}, "extra"),
        ({"extra": ["[]"]}, "extra"),
        ({"extra": ["1"]}, "extra"),
        ({"extra": [""]}, "extra"),
        ({"extra": ['{"a": 1}']}, "extra"),
        ({"extra": ['{"b":1,"a":1}']}, "extra"),
        ({"extra": ['{"a":1,"a":1}']}, "extra"),
        ({"extra": ['{"a":1.0}']}, "extra"),
        ({"extra": ['{"a":"\\u0000"}']}, "extra"),
        ({"extra": ['{"a":"' + "x" * MAX_EXTRA + '"}']}, "extra"),
        ({"extra": ["{"]}, "extra"),
    ],
)
def test_impossible_values_are_refused_by_the_name_of_their_column(changed: dict[str, Any], part: str) -> None:
    with pytest.raises(BadRows) as caught:
        columns(**(GOOD | changed))
    assert caught.value.part == part


@pytest.mark.parametrize(
    "changed",
    [
        {"stream": [1, 2]},
        {"stream": [2**31]},
        {"stream": ["x"]},
        {"stream": [[1]]},
        {"time": [2**63]},
        {"extra": []},
        {"flag": [-1]},
    ],
)
def test_columns_of_other_shapes_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadRows):
        columns(**(GOOD | changed))


def test_the_types_are_exact() -> None:
    good = columns(**GOOD)
    with pytest.raises(BadRows):
        Columns(good.stream, good.time, good.span, good.result.astype(np.float32), good.flag)


def test_minus_zero_becomes_zero_and_an_empty_extra_none() -> None:
    held = columns(stream=[1, 2], time=[1, 1], result=[-0.0, 1], extra=[None, None])
    assert math.copysign(1, held.result[0]) == 1
    assert held.extra is None

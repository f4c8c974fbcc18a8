"""Cells: only plain finite decimals are numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ingest.formats import cells


@pytest.mark.parametrize(
    ("text", "value"), [("0", 0.0), ("12", 12.0), (" 8.39 ", 8.39), ("-3", -3.0), ("8,39", 8.39), ("1e3", 1000.0)]
)
def test_plain_decimals_are_numbers(text: str, value: float) -> None:
    assert cells.number(text) == value


@pytest.mark.parametrize(
    "text", ["", "ges", "NaN", "inf", "-Infinity", "1e999", "1_000", "١٢", "0x10", "1.000,5", "12 34", "--1", "(743)"]
)
def test_everything_else_is_none(text: str) -> None:
    assert math.isnan(cells.number(text))


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1.0, cells.number("-0")) == 1.0


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999"])
def test_numbers_that_are_not_finite_say_so(text: str) -> None:
    assert cells.why_not(text)[0] == "not-finite"


def test_unknown_words_say_so() -> None:
    assert cells.why_not("gsperrt")[0] == "unreadable-value"


@given(st.text(max_size=30))
def test_no_text_becomes_an_infinite_number(text: str) -> None:
    value = cells.Numbers()[text]
    assert math.isnan(value) or math.isfinite(value)

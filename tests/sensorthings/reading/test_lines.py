"""The short way of writing observations says exactly what the long way says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from apps.sensors import services as sensors
from apps.sensorthings.entities import OBSERVATIONS
from tests.sensorthings.city import START, City, readings

EVERYTHING = ",".join(["@iot.selfLink", *OBSERVATIONS.properties, *OBSERVATIONS.navigations])
NUMBERS = [0.0, -0.0, 1e-7, 1e22, 123456789.125, -1.5e300, 5e-324, 20.5]
TAILS: list[dict[str, Any] | None] = [
    None,
    {"quality": "good"},
    {"parameters": {"who": 'a "quoted" Ärger\n'}},
    {"result": {"a": [1, None]}},
    {"validTime": "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"},
]


@pytest.fixture
def path(city: City) -> str:
    """Observations of every kind in one datastream: numbers, spans, result times, tails, nothing at all."""
    stream = city.streams["mast/air"]
    whole = {START + timedelta(days=1, seconds=n): value for n, value in enumerate(NUMBERS)}
    odd = {START + timedelta(days=2, microseconds=n + 1): None if n > 2 else 1.0 for n in range(len(TAILS))}
    late = [-1, 1_767_225_600_000_000, 1_767_225_600_123_456, -1, 1_767_312_000_000_000]
    tails = [None if one is None else json.dumps(one) for one in TAILS]
    for rows in (
        readings(stream, whole),
        readings(stream, {START + timedelta(days=3): 3.5}, span=90),
        readings(stream, odd, extra=tails, result_time=late),
    ):
        assert not sensors.record(readings=rows, source="lab").rejected
    return f"Datastreams({stream})/Observations"


def test_an_observation_reads_the_same_by_name_and_by_default(city: City, path: str) -> None:
    short = city.get(path, top="50")["value"]
    long = city.get(path, top="50", select=EVERYTHING)["value"]
    assert len(short) == 5 + len(NUMBERS) + 1 + len(TAILS)
    assert short == long
    assert [list(one) for one in short] == [list(one) for one in long]


def test_a_streamed_page_reads_the_same_as_pages_in_one_piece(city: City, path: str) -> None:
    streamed = city.get(path, top="5000")
    assert "@iot.nextLink" not in streamed
    assert streamed["value"] == city.walk(path, top="4")


def test_a_page_without_rows_is_an_empty_list(city: City, path: str) -> None:
    empty = city.get(path, filter="result gt 1e301", count="true")
    assert empty == {"@iot.count": 0, "value": []}

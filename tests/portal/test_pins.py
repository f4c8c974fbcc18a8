"""Things on the map and in the list beside it: what stands at one point stands together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from apps.holdings import selectors as holdings
from apps.portal import pins
from tests.holdings.city import PUBLIC, dataset, own, record

pytestmark = pytest.mark.django_db


def arranged(**points: tuple[float | None, float | None]) -> list[pins.Place]:
    """Public things at these points (longitude, latitude), in this order."""
    for key in points:
        stream = own(key)
        record(stream, {0.0: 3.24})
        dataset(key, [stream], PUBLIC)
    shown = [holdings.holding(None, key) for key in points]
    places = pins.arrange(holdings.places(None, shown), shown, holdings.now(None, shown))
    by_key = {place.holding.key: place for place in places}
    return [
        replace(by_key[key], spot=replace(by_key[key].spot, longitude=point[0], latitude=point[1]))
        for key, point in points.items()
    ]


def keys(groups: list[tuple[pins.Place, ...]]) -> list[list[str]]:
    """The datasets of each group."""
    return [[place.holding.key for place in group] for group in groups]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ({"a": (8.5, 52.0), "b": (8.6, 52.0), "c": (8.500001, 52.0)}, [["a", "c"], ["b"]]),
        ({"a": (8.5, 52.0), "b": (8.5001, 52.0)}, [["a"], ["b"]]),
        ({"a": (None, None), "b": (None, None)}, [["a"], ["b"]]),
        ({}, []),
    ],
)
def test_what_stands_at_one_point_stands_together(points: dict[str, Any], expected: list[list[str]]) -> None:
    assert keys(pins.together(arranged(**points))) == expected


def test_a_pin_says_each_of_its_readings_on_a_line_of_its_own() -> None:
    (place,) = arranged(a=(8.5, 52.0))
    double = replace(place, readings=(*place.readings, *place.readings))
    with translation.override("de"):
        (pin,) = pins.pins([double])
    assert pin["label"] == "3,2 °C"
    lines = pin["text"].splitlines()
    assert len(lines) == 2
    assert all(line.endswith(": 3,2 °C") for line in lines)
    assert pins.pins(arranged(b=(None, None))) == []

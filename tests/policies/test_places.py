"""Coarse places: fixed, near enough, and the same for all points of a cell."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policies import places

OWL = (st.floats(8.0, 9.5), st.floats(51.5, 52.5))


@given(*OWL, st.sampled_from([100, 500, 1_000]))
def test_the_coarse_place_is_fixed_and_within_the_cell(longitude: float, latitude: float, metres: int) -> None:
    east, north = places.coarsen(longitude, latitude, metres)
    dx = (east - longitude) * places.METRES_PER_DEGREE * math.cos(math.radians(latitude))
    dy = (north - latitude) * places.METRES_PER_DEGREE
    assert max(abs(dx), abs(dy)) <= metres * 0.51 + 1
    assert places.coarsen(east, north, metres) == (east, north)


@pytest.mark.parametrize("point", [(181.0, 0.0), (0.0, 91.0), (math.nan, 0.0)])
def test_places_off_the_globe_are_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        places.coarsen(*point, 100)


def test_the_poles_do_not_break_it() -> None:
    assert -90 <= places.coarsen(10.0, 90.0, 100)[1] <= 90

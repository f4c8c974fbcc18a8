"""Stand-in positions: inside their city, always the same, never twice the same."""

from __future__ import annotations

import math

import pytest

from apps.ingest import places


@pytest.mark.parametrize("city", sorted(places.CENTRES))
def test_positions_lie_within_their_city_and_stay(city: str) -> None:
    found = {places.stand_in(city=city, key=f"parking/{n}") for n in range(200)}
    assert len(found) == 200
    assert found == {places.stand_in(city=city, key=f"parking/{n}") for n in range(200)}
    east, north = places.CENTRES[city]
    for longitude, latitude in found:
        metres = math.hypot((longitude - east) * math.cos(math.radians(north)), latitude - north) * 111_320
        assert metres <= places.RADIUS_M + 2


def test_every_centre_has_a_name() -> None:
    assert set(places.CENTRES) == set(places.NAMES)

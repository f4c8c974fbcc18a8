"""What the tests of SensorThings share: a small city with a public, a hidden and a coarse datastream, and a replica."""

from __future__ import annotations

import pytest

from tests.sensorthings.city import City, build


@pytest.fixture
def city(db: None) -> City:
    """The small city, its rows recorded."""
    return build()

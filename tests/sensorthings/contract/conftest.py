"""Who writes in the tests of requirements, and what is there."""

from __future__ import annotations

import pytest

from apps.sensors.models import Datastream, Thing
from tests.sensorthings.writing.clients import Sta, datastream, maker, thing


@pytest.fixture
def sta() -> Sta:
    """A program that may make new things."""
    return maker()


@pytest.fixture
def mast(sta: Sta) -> Thing:
    """A thing with a place and a stream of three observations."""
    observations = [{"phenomenonTime": f"2026-01-01T0{n}:00:00Z", "result": n} for n in range(3)]
    return Thing.objects.get(pk=sta.made("Things", thing(Datastreams=[datastream(Observations=observations)])))


@pytest.fixture
def streams(sta: Sta) -> list[int]:
    """Two streams of a thing."""
    key = sta.made("Things", thing(Datastreams=[datastream(), datastream(name="Other")]))
    return sorted(Datastream.objects.filter(thing=key).values_list("pk", flat=True))

"""On which things an entity bears, and what bears on none."""

from __future__ import annotations

import pytest

from apps.sensors import selectors, services
from apps.sensors.models import Datastream, Location, Sensor
from apps.sensors.types import Noun, Place
from tests.sensors.builders import OWNER, START, device, readings

pytestmark = pytest.mark.django_db
POINT = {"type": "Point", "coordinates": [8.5, 52.0]}


def feature() -> int:
    """A feature that nothing was observed of yet."""
    given = {"name": "Tree", "encoding_type": "application/geo+json", "feature": POINT}
    return services.create_entity(noun=Noun.FEATURE, values=given, at=START)


def test_a_feature_belongs_to_the_things_of_which_an_observation_names_it() -> None:
    masts = [device(name, streams=2) for name in ("one", "two", "three")]
    streams = services.register(devices=masts, at=START)
    named, other = feature(), feature()
    for key in ("one/0", "one/1", "three/0"):
        services.record(readings=readings(streams[key], [0, 1, 2], [1, 2, 3], feature=[named] * 3), source="lab")
    services.record(readings=readings(streams["two/0"], [0, 1], [1, 2], feature=[other, 0]), source="lab")

    things = dict(Datastream.objects.values_list("external_key", "thing_id"))
    assert selectors.things_of(noun=Noun.FEATURE, key=named) == {things["one/0"], things["three/0"]}
    assert selectors.things_of(noun=Noun.FEATURE, key=other) == {things["two/0"]}
    assert selectors.things_of(noun=Noun.FEATURE, key=1 << 50) == frozenset()


def test_unused_is_what_is_our_own_and_bears_on_no_thing() -> None:
    services.register(devices=[device(place=Place(name="Yard", longitude=8.5, latitude=52.0))], at=START)
    used = Location.objects.get().pk
    given = {"name": "Free", "encoding_type": "application/geo+json", "geometry": POINT}
    free = services.create_entity(noun=Noun.LOCATION, values=given, at=START)
    services.describe_replica(origin=OWNER, devices=[device("theirs", streams=1)], at=START)
    of_nothing = feature()

    assert selectors.unused(noun=Noun.LOCATION, keys=[used, free, 1 << 40]) == {free}
    assert selectors.unused(noun=Noun.SENSOR, keys=[*Sensor.objects.values_list("pk", flat=True)]) == set()
    assert selectors.unused(noun=Noun.FEATURE, keys=[of_nothing]) == {of_nothing}
    assert selectors.unused(noun=Noun.THING, keys=[1]) == set()

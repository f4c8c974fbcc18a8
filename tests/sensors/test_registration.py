"""Registering devices: idempotent, following renames, moves and new streams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.core.errors import NotFound
from apps.sensors import events, selectors, services
from apps.sensors.models import Datastream, HistoricalLocation, Location, Sensor, Thing
from apps.sensors.types import Place
from tests.sensors.builders import SENSOR, START, device, stream

pytestmark = pytest.mark.django_db

HILL = Place(name="Hill", longitude=8.9, latitude=51.9)
VALLEY = Place(name="Valley", longitude=8.8, latitude=51.8)


@pytest.fixture
def heard(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> Callable[..., list[tuple[int, ...]]]:
    """Register devices and tell which datastreams were announced as changed."""

    def register(*devices: Any, later: int = 0) -> list[tuple[int, ...]]:
        told: list[tuple[int, ...]] = []
        monkeypatch.setattr(events.description_changed, "_handlers", [lambda each: told.append(each.datastream_ids)])
        with django_capture_on_commit_callbacks(execute=True):
            services.register(devices=devices, at=START + timedelta(days=later))
        return told

    return register


def test_a_device_is_registered_with_everything_that_hangs_on_it() -> None:
    ids = services.register(devices=[device(place=HILL)], at=START)
    assert list(ids) == ["mast/0", "mast/1"]
    found = selectors.datastream(ids["mast/0"])
    assert (found.thing.name, found.sensor.name, found.observed_property.name) == ("Mast", "SHT 31", "Air temperature")
    assert found.thing.location is not None
    assert found.thing.location.geometry == {"type": "Point", "coordinates": [8.9, 51.9]}
    assert found.observed_area == {"type": "Point", "coordinates": [8.9, 51.9]}
    assert (found.observation_count, found.last_time, found.first_time) == (0, None, None)
    assert Sensor.objects.count() == 1
    assert selectors.by_external_keys(["mast/1", "nowhere"]) == {"mast/1": ids["mast/1"]}


def test_the_same_description_again_changes_and_announces_nothing(heard: Any) -> None:
    assert len(heard(device(place=HILL))) == 1
    before = list(Datastream.objects.values())
    assert heard(device(place=HILL)) == []
    assert list(Datastream.objects.values()) == before
    assert HistoricalLocation.objects.count() == 1


def test_a_renamed_thing_changes_all_its_datastreams(heard: Any) -> None:
    heard(device(), device("other"))
    told = heard(device(name="Tower"))
    mine = tuple(Datastream.objects.filter(thing__external_key="mast").values_list("pk", flat=True))
    assert told == [tuple(sorted(mine))]
    assert Thing.objects.get(external_key="mast").name == "Tower"


def test_a_renamed_sensor_changes_the_datastreams_of_every_device_that_has_it(heard: Any) -> None:
    heard(device(streams=1), device("other", streams=1))
    spec = replace(stream("mast/0"), sensor=replace(SENSOR, name="SHT 35"))
    told = heard(replace(device(), streams=(spec,)))
    assert told == [tuple(sorted(Datastream.objects.values_list("pk", flat=True)))]


def test_a_moved_thing_keeps_where_it_stood() -> None:
    services.register(devices=[device(place=HILL)], at=START)
    moved = START + timedelta(days=1)
    services.register(devices=[device(place=VALLEY)], at=moved)
    thing = Thing.objects.get()
    assert thing.location is not None
    assert thing.location.name == "Valley"
    history = thing.historical_locations.order_by("time").values_list("location__name", "time")
    assert list(history) == [("Hill", START), ("Valley", moved)]


def test_a_place_that_was_only_renamed_is_no_move(heard: Any) -> None:
    heard(device(place=HILL))
    assert len(heard(device(place=replace(HILL, name="Summit")))) == 1
    assert Location.objects.get().name == "Summit"
    assert HistoricalLocation.objects.count() == 1


def test_a_new_stream_is_added_and_one_no_longer_named_stays(heard: Any) -> None:
    heard(device(streams=1))
    told = heard(replace(device(), streams=(stream("mast/9"),)))
    new = Datastream.objects.get(external_key="mast/9")
    assert told == [(new.pk,)]
    assert Datastream.objects.count() == 2


def test_a_stream_may_move_to_another_thing() -> None:
    services.register(devices=[device(streams=1)], at=START)
    services.register(devices=[replace(device("other"), streams=(stream("mast/0"),))], at=START)
    assert Datastream.objects.get().thing.external_key == "other"


def test_an_unknown_datastream_is_not_found() -> None:
    with pytest.raises(NotFound):
        selectors.datastream(2**30)

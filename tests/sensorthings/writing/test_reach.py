"""Linking shows nothing: what a writer may not see answers like what is not there, whichever way it is named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from apps.accounts import services as accounts
from apps.sensors import services as sensors
from apps.sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
)
from apps.sensors.types import Noun
from apps.sensorthings.entities import FEATURE_OFFSET
from tests.sensorthings.city import MAST, START, City, publish, readings
from tests.sensorthings.test_access import COARSE
from tests.sensorthings.writing.clients import (
    ELSEWHERE,
    JSON_PATCH,
    PROPERTY,
    SENSOR,
    Sta,
    datastream,
    location,
    maker,
    service,
    thing,
    token,
)
from tests.sensorthings.writing.linking import BOUND, FEATURE, LATER, LINKED, T1, Way, filled

KINDS = (
    Thing,
    Location,
    HistoricalLocation,
    Sensor,
    ObservedProperty,
    Datastream,
    Observation,
    FeatureOfInterest,
)
NOWHERE = 900_000
"""An id that nothing has, of as many digits as it takes."""


@dataclass(slots=True)
class Newcomer:
    """A program that may make new things and made one; ``own`` are the ids of what it holds, by name."""

    sta: Sta
    own: dict[str, int]

    def tries(self, way: Way, key: int) -> tuple[int, str]:
        """Status and body of the answer when the entity of this id is named, the id itself taken out of it."""
        method, path, body = way
        names = self.own | {"key": key, "place": FEATURE_OFFSET + key}
        response = self.sta.call(
            "PATCH" if method == JSON_PATCH else method,
            filled(path, names),
            None if body is None else filled(body, names),
            kind=JSON_PATCH if method == JSON_PATCH else "application/json",
        )
        text = re.sub(rf"\b({key}|{FEATURE_OFFSET + key})\b", "…", response.content.decode())
        return _status(response.status_code, text), text


def _status(status: int, text: str) -> int:
    """The status of the one part, for a batch and a data array."""
    if '"responses"' in text:
        return int(json.loads(text)["responses"][0]["status"])
    return status


@pytest.fixture
def newcomer(city: City) -> Newcomer:
    """Its thing hangs on nothing of the city's."""
    sta = maker("newcomer")
    observed = datastream(Observations=[{"phenomenonTime": "2026-01-01T00:00:00Z", "result": 1}])
    found = Thing.objects.get(pk=sta.made("Things", thing(Datastreams=[observed])))
    stream = Datastream.objects.get(thing=found)
    own = {
        "thing": found.pk,
        "location": found.location_id or 0,
        "stream": stream.pk,
        "sensor": stream.sensor_id,
        "history": HistoricalLocation.objects.get(thing=found).pk,
        "observation": Observation.objects.get(datastream=stream).pk,
    }
    return Newcomer(sta, own)


def ids(city: City, key: str) -> dict[str, int]:
    """What hangs on one of the city's datastreams, by entity set; a feature of its own was named by an observation."""
    stream = Datastream.objects.select_related("thing").get(pk=city.streams[key])
    given = {"name": "Well", "encoding_type": "application/geo+json", "feature": ELSEWHERE}
    feature = sensors.create_entity(noun=Noun.FEATURE, values=given, at=START)
    row = readings(stream.pk, {START + timedelta(hours=9): 9.0}, feature=[feature])
    assert not sensors.record(readings=row, source="lab").rejected
    return {
        "Things": stream.thing_id,
        "Locations": stream.thing.location_id or 0,
        "Datastreams": stream.pk,
        "Sensors": stream.sensor_id,
        "ObservedProperties": stream.observed_property_id,
        "FeaturesOfInterest": feature,
        "HistoricalLocations": HistoricalLocation.objects.filter(thing=stream.thing_id)[0].pk,
        "Observations": Observation.objects.filter(datastream=stream)[0].pk,
    }


def state() -> list[Any]:
    """Everything there is."""
    return [[*kind.objects.order_by("pk").values_list()] for kind in KINDS]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is taken back, so that one city serves all ways."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", BOUND)
def test_what_may_not_be_seen_answers_like_what_is_not_there(city: City, newcomer: Newcomer, kind: str) -> None:
    hidden, before = ids(city, "cellar/damp")[kind], state()
    found = {}

    for way in [*LINKED.get(kind, ()), *BOUND[kind]]:
        with undone():
            answer = newcomer.tries(way, hidden)
            visible = newcomer.sta.call("GET", f"{kind}({hidden})").status_code != 404
            changed = state() != before
        with undone():
            absent = newcomer.tries(way, NOWHERE)
        if answer != absent or visible or changed or not 400 <= answer[0] < 500:
            found[str(way)] = (answer, absent, visible, changed)

    assert found == {}


@pytest.mark.parametrize("kind", LINKED)
def test_what_is_seen_can_be_linked(city: City, newcomer: Newcomer, kind: str) -> None:
    seen = ids(city, "gauge/level")[kind]
    found = {}

    for way in LINKED[kind]:
        with undone():
            status, text = newcomer.tries(way, seen)
        if status not in (200, 201) or "error" in text:
            found[str(way)] = (status, text)

    assert found == {}


@pytest.mark.parametrize("kind", BOUND)
def test_to_see_is_not_to_write(city: City, newcomer: Newcomer, kind: str) -> None:
    seen, before = ids(city, "gauge/level")[kind], state()
    found = {}

    for way in BOUND[kind]:
        with undone():
            answer = newcomer.tries(way, seen)
            if answer[0] != 403 or state() != before:
                found[str(way)] = answer

    assert found == {}


@pytest.mark.parametrize("kind", ["Locations", "FeaturesOfInterest"])
def test_what_is_seen_only_coarsely_is_not_linked(
    city: City, newcomer: Newcomer, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hung it on a thing of theirs would see it exactly as soon as it is no longer public."""
    monkeypatch.setattr("apps.catalogue.services.releases.fitness.judge", lambda *_given, **_more: [], raising=False)
    publish(city, "bikes", ["counter/bikes"], COARSE, "environment")
    coarse = ids(city, "counter/bikes")[kind]
    assert newcomer.sta.call("GET", f"{kind}({coarse})").json()["name"] == "coarse place"
    found, before = {}, state()

    for way in LINKED[kind]:
        with undone():
            status, text = newcomer.tries(way, coarse)
            if (status, "coarse" in text) != (403, True) or state() != before:
                found[str(way)] = (status, text)

    assert found == {}


@pytest.mark.parametrize(
    ("kind", "body"),
    [("Locations", location()), ("Sensors", SENSOR), ("ObservedProperties", PROPERTY), ("FeaturesOfInterest", FEATURE)],
)
def test_what_hangs_on_no_thing_is_linked_by_whoever_may_make_new_things(
    city: City, newcomer: Newcomer, kind: str, body: Any
) -> None:
    free = newcomer.sta.made(kind, body)
    user = service("bound")
    accounts.grant(principal=user, permission="sensors.write_thing", object=Thing.objects.get(pk=newcomer.own["thing"]))
    bound = Newcomer(Sta(token(user, "sta:read", "sta:write")), newcomer.own)

    found = {}
    for way in LINKED[kind]:
        with undone():
            answer = bound.tries(way, free)
        with undone():
            absent = bound.tries(way, NOWHERE)
        with undone():
            linked = newcomer.tries(way, free)
        if answer != absent or linked[0] not in (200, 201):
            found[str(way)] = (answer, absent, linked)

    assert found == {}


def test_a_feature_is_changed_only_by_whoever_writes_all_that_is_observed_of_it(city: City, newcomer: Newcomer) -> None:
    feature = ids(city, "gauge/level")["FeaturesOfInterest"]
    observed = {"result": 1, "phenomenonTime": T1, "FeatureOfInterest": {"@iot.id": feature}}
    newcomer.sta.made(f"Datastreams({newcomer.own['stream']})/Observations", observed)

    assert newcomer.sta.patch(f"FeaturesOfInterest({feature})", {"name": "mine"}).status_code == 403
    assert newcomer.sta.delete(f"FeaturesOfInterest({feature})").status_code == 403
    assert FeatureOfInterest.objects.get(pk=feature).name == "Well"


def test_a_replica_that_is_not_seen_answers_like_what_is_not_there(city: City, newcomer: Newcomer) -> None:
    sensors.describe_replica(origin="did:web:detmold.example", devices=[MAST], at=START)
    foreign = Location.objects.exclude(origin="").get()

    for way in LINKED["Locations"]:
        with undone():
            answer = newcomer.tries(way, foreign.pk)
        with undone():
            assert newcomer.tries(way, NOWHERE) == answer, way


def test_what_a_batch_made_is_linked_by_its_later_parts(newcomer: Newcomer) -> None:
    body = {
        "requests": [
            {"id": "place", "atomicityGroup": "g", "method": "POST", "url": "Locations", "body": location()},
            {
                "id": "thing",
                "atomicityGroup": "g",
                "method": "POST",
                "url": "Things",
                "body": LATER | {"Locations": [{"@iot.id": "$place"}]},
            },
        ]
    }

    answers = newcomer.sta.post("$batch", body).json()["responses"]

    assert [one["status"] for one in answers] == [201, 201]

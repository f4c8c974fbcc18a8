"""OGC 18-088, section 10.2: creating entities, named by the requirement shown."""

from __future__ import annotations

from typing import Any

import pytest

from apps.sensors import selectors as sensors
from apps.sensors import services
from apps.sensors.models import (
    Datastream,
    FeatureOfInterest,
    Observation,
    ObservedProperty,
)
from tests.sensors.builders import device
from tests.sensorthings.writing.clients import (
    ELSEWHERE,
    POINT,
    PROPERTY,
    Sta,
    counts,
    datastream,
    location,
    maker,
    stream_of,
)
from tests.sensorthings.writing.test_rights import administrator

pytestmark = pytest.mark.django_db
T0 = "2026-01-01T00:00:00Z"


@pytest.fixture
def sta() -> Sta:
    """A program that may make new things."""
    return maker()


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"description": "no name"}, "name"),
        ({"name": "", "description": "empty"}, "name"),
        ({"name": 5, "description": "d"}, "name"),
        ({"name": "n"}, "description"),
        ({"name": "n", "description": "d", "properties": [1]}, "properties"),
        ({"name": "n", "description": "d", "colour": "red"}, "colour"),
        ({"name": "n", "description": "d", "Locations": {"@iot.id": 1}}, "Locations"),
        ({"name": "n", "description": "d", "Locations": [{"@iot.id": "1"}]}, "Locations/0"),
        ({"name": "n", "description": "d", "Locations": [{"@iot.id": 999}]}, "Locations"),
        ({"name": "n", "description": "d", "Locations": [location(), location()]}, "Locations"),
        ([], "body"),
        ("{", "body"),
    ],
)
def test_invalid_entities_are_refused_naming_the_part(sta: Sta, body: Any, part: str) -> None:
    before = counts()

    response = sta.post("Things", body)

    assert response.status_code == 400, response.content
    assert response.json()["part"] == part
    assert {"code", "type", "message"} <= response.json().keys()
    assert counts() == before


def test_posting_below_an_entity_that_is_not_there_is_404(sta: Sta) -> None:
    assert sta.post("Things(987654)/Datastreams", datastream()).status_code == 404


@pytest.mark.parametrize("value", [1, -2.5, 0, True, False, "closed", [1, "a"], {"a": {"b": 1}}, None])
def test_a_result_may_be_of_every_json_type(sta: Sta, value: Any) -> None:
    key = sta.made("Observations", {"Datastream": {"@iot.id": stream_of(sta)}, "result": value})

    row = sensors.observation(key)
    kept = (row.extra or {}).get("result") if row.result is None else row.result
    assert kept == value


def test_what_an_observation_carries_beside_its_result_is_kept(sta: Sta) -> None:
    body = {
        "Datastream": {"@iot.id": stream_of(sta)},
        "phenomenonTime": "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z",
        "resultTime": "2026-01-01T01:05:00+01:00",
        "result": 3,
        "resultQuality": {"code": "ok"},
        "validTime": "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z",
        "parameters": {"height": 2},
    }

    row = sensors.observation(sta.made("Observations", body))

    assert row.span == 3600
    assert row.result_time is not None
    assert row.result_time.isoformat() == "2026-01-01T00:05:00+00:00"
    assert row.extra == {name: body[wire] for name, wire in _TAIL.items()}
    state = Datastream.objects.get().state
    assert state.first_result_time == state.last_result_time == row.result_time


_TAIL = {"quality": "resultQuality", "validTime": "validTime", "parameters": "parameters"}


def test_observed_area_follows_the_features_observed(sta: Sta) -> None:
    stream = stream_of(sta)
    assert Datastream.objects.get().observed_area == POINT
    feature = {"name": "f", "description": "", "encodingType": "application/geo+json", "feature": ELSEWHERE}

    sta.made(f"Datastreams({stream})/Observations", {"result": 1, "FeatureOfInterest": feature})

    assert FeatureOfInterest.objects.get().latitude == 52.11
    area = Datastream.objects.get().observed_area
    assert area == {"type": "LineString", "coordinates": [[8.53, 52.03], [8.67, 52.11]]}


def test_the_same_time_again_is_a_correction_of_the_same_observation(sta: Sta) -> None:
    body = {"Datastream": {"@iot.id": stream_of(sta)}, "phenomenonTime": T0, "result": 1}

    first = sta.made("Observations", body)
    assert sta.made("Observations", body) == first
    second = sta.made("Observations", body | {"result": 2})

    assert Observation.objects.count() == 1
    assert sensors.current_observation(first).pk == second


def test_replicas_refuse_writes(sta: Sta) -> None:
    theirs = services.describe_replica(origin="did:web:detmold.example", devices=[device("their", streams=1)])[
        "their/0"
    ]
    replica = Datastream.objects.get(pk=theirs)

    for writer, status in ((administrator(), 403), (sta, 404)):  # who does not see it does not learn that it is there
        assert writer.post("Observations", {"Datastream": {"@iot.id": theirs}, "result": 1}).status_code == 403
        assert writer.patch(f"Things({replica.thing_id})", {"name": "mine"}).status_code == status
        assert writer.delete(f"Datastreams({theirs})").status_code == status
        assert writer.post(f"Things({replica.thing_id})/Datastreams", datastream()).status_code == status
    assert Observation.objects.count() == 0


def test_an_own_sensor_by_itself(sta: Sta) -> None:
    assert ObservedProperty.objects.get(pk=sta.made("ObservedProperties", PROPERTY)).name == "Air temperature"

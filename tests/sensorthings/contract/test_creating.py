"""OGC 18-088, section 10.2: creating entities (table 24), with what is related to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from apps.sensors import selectors as sensors
from apps.sensors.models import Datastream, HistoricalLocation, Observation, ObservedProperty, Sensor, Thing
from tests.sensorthings.writing.clients import (
    ELSEWHERE,
    PROPERTY,
    SENSOR,
    Sta,
    counts,
    datastream,
    id_of,
    location,
    stream_of,
    thing,
)

pytestmark = pytest.mark.django_db
T0 = "2026-01-01T00:00:00Z"
FEATURE = {"name": "f", "description": "", "encodingType": "text/plain", "feature": "a lake"}
ALONE: list[tuple[str, Any]] = [
    ("Things", {"name": "Mast", "description": "d"}),
    ("Locations", location()),
    ("Sensors", SENSOR),
    ("ObservedProperties", PROPERTY),
    ("FeaturesOfInterest", FEATURE),
]


def test_req_create_update_delete_create_entity(sta: Sta) -> None:
    response = sta.post("Things", {"name": "Mast", "description": "d", "properties": {"a": [1, None, "ü"]}})

    made = Thing.objects.get()
    assert response.status_code == 201
    assert response["Location"].endswith(f"/sta/v1.1/Things({made.pk})")
    assert (made.name, made.description, made.properties) == ("Mast", "d", {"a": [1, None, "ü"]})


def test_req_create_update_delete_create_entity__by_navigation_path(sta: Sta) -> None:
    key = sta.made("Things", {"name": "Mast", "description": "d"})

    stream = sta.made(f"Things({key})/Datastreams", datastream())
    sta.made(f"Datastreams({stream})/Observations", {"result": 7, "phenomenonTime": T0})

    assert Datastream.objects.get(pk=stream).thing_id == key
    assert Observation.objects.get().datastream_id == stream


@pytest.mark.parametrize("missing", ["Thing", "Sensor", "ObservedProperty", "unitOfMeasurement", "observationType"])
def test_req_create_update_delete_create_entity__a_datastream_needs_its_mandatory_relations(
    sta: Sta, missing: str
) -> None:
    body = datastream(Thing={"@iot.id": sta.made("Things", thing())})
    before = counts()

    response = sta.post("Datastreams", {name: value for name, value in body.items() if name != missing})

    assert response.status_code == 400
    assert counts() == before


def test_req_create_update_delete_link_to_existing_entities(sta: Sta) -> None:
    first = stream_of(sta)
    stream = Datastream.objects.get(pk=first)
    links = {
        "Thing": {"@iot.id": stream.thing_id},
        "Sensor": {"@iot.id": stream.sensor_id},
        "ObservedProperty": {"@iot.id": stream.observed_property_id},
    }

    second = Datastream.objects.get(pk=sta.made("Datastreams", datastream(**links)))

    assert (second.thing_id, second.sensor_id) == (stream.thing_id, stream.sensor_id)
    assert Sensor.objects.count() == ObservedProperty.objects.count() == 1


def test_req_create_update_delete_deep_insert(sta: Sta) -> None:
    sta.made(
        "Things",
        thing(Datastreams=[datastream(Observations=[{"phenomenonTime": T0, "result": 3.5}, {"result": 4}])]),
    )

    mast, stream = Thing.objects.get(), Datastream.objects.get()
    assert mast.location is not None
    assert (mast.location.longitude, mast.location.latitude) == (8.53, 52.03)
    assert (stream.thing, stream.unit_symbol, stream.sensor.name) == (mast, "°C", "SHT 31")
    assert stream.observation_count == 2
    assert sensors.count_rows([stream.pk]) == Observation.objects.count() == 2


def test_req_create_update_delete_deep_insert__that_fails_leaves_nothing_behind(sta: Sta) -> None:
    before = counts()
    wrong = thing(Datastreams=[datastream(), datastream(Observations=[{"result": 1, "phenomenonTime": "yesterday"}])])

    response = sta.post("Things", wrong)

    assert response.status_code == 400
    assert response.json()["part"] == "phenomenonTime"
    assert counts() == before


def test_req_create_update_delete_historical_location_auto_creation(sta: Sta) -> None:
    key = sta.made("Things", thing())
    assert HistoricalLocation.objects.filter(thing=key).count() == 1

    there = sta.made(f"Things({key})/Locations", location(ELSEWHERE))

    mast = Thing.objects.get(pk=key)
    assert mast.location_id == there
    entries = HistoricalLocation.objects.filter(thing=key)
    assert next(entry.location_id for entry in entries) == there
    assert len(entries) == 2


def test_req_create_update_delete_historical_location_manual_creation(sta: Sta) -> None:
    key = sta.made("Things", thing())
    old = Thing.objects.get(pk=key).location_id
    links = {"Thing": {"@iot.id": key}, "Locations": [location(ELSEWHERE)]}

    sta.made("HistoricalLocations", {"time": "2020-01-01T00:00:00Z", **links})
    assert Thing.objects.get(pk=key).location_id == old

    sta.made("HistoricalLocations", {"time": "2099-01-01T00:00:00Z", **links})
    assert Thing.objects.get(pk=key).location_id != old
    assert HistoricalLocation.objects.filter(thing=key).count() == 3


@pytest.mark.parametrize(("path", "body"), ALONE, ids=[path for path, _body in ALONE])
def test_req_create_update_delete_create_entity__what_needs_no_other(sta: Sta, path: str, body: Any) -> None:
    response = sta.post(path, body)

    assert response.status_code == 201, response.content
    assert response["Location"].endswith(f"/sta/v1.1/{path}({id_of(response)})")


def test_req_create_update_delete_create_entity__without_a_feature_it_is_the_place_of_the_thing(sta: Sta) -> None:
    observation = sta.made("Observations", {"Datastream": {"@iot.id": stream_of(sta)}, "result": 1})

    found = sta.call("GET", f"Observations({observation})?$expand=FeatureOfInterest").json()
    assert (found["FeatureOfInterest"]["name"], found["resultTime"]) == ("Yard", None)
    assert found["FeatureOfInterest"]["feature"] == location()["location"]


def test_req_create_update_delete_create_entity__an_observation_needs_its_datastream(sta: Sta) -> None:
    assert sta.post("Observations", {"result": 1}).status_code == 400


def test_req_create_update_delete_deep_insert__ids_inside_are_ignored(sta: Sta) -> None:
    inside = datastream(Sensor={"@iot.id": 4711, "@iot.selfLink": "x", **SENSOR})

    sta.made("Things", thing(Datastreams=[inside]))

    assert Sensor.objects.get().pk != 4711


def test_req_create_update_delete_deep_insert__what_the_server_keeps_may_be_given(sta: Sta) -> None:
    """As in the standard's own example: area and times of a datastream, which follow from its observations."""
    kept = {
        "observedArea": {"type": "Polygon", "coordinates": [[[1, 0], [2, 0], [2, 1], [1, 0]]]},
        "phenomenonTime": "2009-01-11T16:22:25.00Z/2011-08-21T08:32:10.00Z",
        "resultTime": "2009-01-11T16:22:25.00Z/2011-08-21T08:32:10.00Z",
    }

    sta.made("Things", thing(Datastreams=[datastream(Observations=[{"phenomenonTime": T0, "result": 1}], **kept)]))

    assert Datastream.objects.get().state.first_time == datetime(2026, 1, 1, tzinfo=UTC)


def test_req_create_update_delete_deep_insert_status_code(sta: Sta) -> None:
    response = sta.post("Things", thing(Datastreams=[datastream(Observations=[{"result": 4}])]))

    assert response.status_code == 201
    assert sta.call("GET", response["Location"].partition("/v1.1/")[2]).json()["name"] == "Mast"

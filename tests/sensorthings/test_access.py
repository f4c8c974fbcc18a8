"""Nobody sees more than they may: not by paths, filters, orders, expansions, counts or times."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts import services as accounts
from apps.accounts.types import UserKind
from apps.core import clock
from apps.policies.terms import Terms
from apps.sensors import services as sensors
from apps.sensors.types import Device, Place, micros
from apps.sensorthings import reading
from apps.sensorthings.entities import SETS
from apps.sensorthings.principals import NOBODY
from tests.sensorthings.city import MAST, OWNER, START, City, publish, readings, record

COARSE = Terms(visibility="public", grid_m=100, suppress_below=3)


def test_nobody_sees_what_is_not_public(city: City) -> None:
    hidden = city.streams["mast/hidden"]
    assert city.names("Datastreams") == ["Air", "Wind", "Level"]
    assert city.names("Things") == ["Mast", "Gauge"]
    assert city.names("Locations") == ["Roof", "River bank"]
    assert city.names("Sensors") == ["Sensor of temperature", "Sensor of wind", "Sensor of level"]
    assert city.names("ObservedProperties") == ["Temperature", "Wind", "Level"]
    assert city.names("FeaturesOfInterest") == ["Roof", "River bank"]
    assert 666.0 not in [one["result"] for one in city.walk("Observations", top="3")]
    for path in (f"Datastreams({hidden})", f"Datastreams({hidden})/Observations", f"Datastreams({hidden})/Thing"):
        assert city.error(path)["code"] == 404


def test_a_hidden_entity_answers_to_no_question(city: City) -> None:
    assert city.ids("Things", filter="Datastreams/name eq 'Secret'") == []
    assert city.ids("Things", filter="Datastreams/Observations/result eq 666") == []
    assert city.ids("Locations", filter="Things/Datastreams/ObservedProperty/name eq 'Secret'") == []
    assert city.names("Things", filter="not Datastreams/name eq 'Secret'") == ["Mast", "Gauge"]
    mast = city.get("Things", filter="name eq 'Mast'", expand="Datastreams($count=true)")["value"][0]
    assert [one["name"] for one in mast["Datastreams"]] == ["Air", "Wind"]
    assert mast["Datastreams@iot.count"] == 2
    assert city.get("Observations", count="true", top="0")["@iot.count"] == 10
    distance = "geo.distance(Locations/location,geography'POINT(8.0 51.0)') lt 0.001"
    assert city.ids("Things", filter=distance) == []


def test_a_hidden_observation_is_not_found_by_its_id(city: City) -> None:
    secret = city.get("Observations", token=city.token("root"), filter="result eq 666")["value"][0]
    assert city.get(f"Observations({secret['@iot.id']})", token=city.token("root"))["result"] == 666.0
    for path in ("", "/Datastream", "/FeatureOfInterest", "/result"):
        assert city.error(f"Observations({secret['@iot.id']}){path}")["code"] == 404


@pytest.mark.parametrize("name", SETS)
def test_who_sees_everything_sees_everything(city: City, name: str) -> None:
    everything = city.get(name, token=city.token("root"), count="true", top="1000")
    assert everything["@iot.count"] == len(everything["value"]) > len(city.ids(name))


def test_the_citys_own_people_see_their_datasets(city: City) -> None:
    publish(city, "damp", ["cellar/damp"], Terms(visibility="internal"), "environment")
    assert "Damp" not in city.names("Datastreams")
    assert "Damp" in [one["name"] for one in city.get("Datastreams", token=city.token("steward"))["value"]]
    city.client.force_login(city.people["steward"])
    assert "Damp" in city.names("Datastreams")
    city.client.force_login(city.people["stranger"])
    assert "Damp" not in city.names("Datastreams")


def test_a_token_needs_the_scope_and_must_be_known(city: City) -> None:
    response = city.ask("Things", token=city.token("root", "ingest"))
    assert (response.status_code, response.json()["code"]) == (403, 403)
    response = city.ask("Things", token="owl_nothing")
    assert (response.status_code, response.json()["type"]) == (401, "unknown-token")
    assert response["WWW-Authenticate"].startswith("Bearer")
    response = city.client.get("/sta/v1.1/Things", headers={"Authorization": "Basic eDp5"})
    assert response.status_code == 401


def test_a_peer_never_comes_through_this_door(city: City) -> None:
    peer = accounts.create_principal(kind=UserKind.PEER, name=OWNER)
    _row, secret = accounts.issue_token(name="t", user=peer, scopes=["sta:read"], expires_at=None)
    assert city.ask("Things", token=secret).status_code == 403


@pytest.fixture
def bikes(city: City, monkeypatch: pytest.MonkeyPatch) -> int:
    """The counter's datastream, public on a grid with small counts suppressed, as if its class allowed raw rows."""
    monkeypatch.setattr("apps.catalogue.services.releases.fitness.judge", lambda *_given, **_more: [], raising=False)
    publish(city, "bikes", ["counter/bikes"], COARSE, "environment")
    return city.streams["counter/bikes"]


def test_small_counts_are_withheld_whatever_is_asked(city: City, bikes: int) -> None:
    path = f"Datastreams({bikes})/Observations"
    rows = city.get(path)["value"]
    assert [one["result"] for one in rows] == [12.0, None, 0.0, 7.0]
    assert rows[1]["resultQuality"] == {"suppressed": True}
    assert "resultQuality" not in rows[0]
    hidden = rows[1]["@iot.id"]
    for question in ("result eq 2", "result gt 1 and result lt 3", "result eq '2'", "result add 1 eq 3"):
        assert city.ids(path, filter=question) == []
        assert hidden not in city.ids("Observations", filter=question)
        if " and " not in question:  # which any two readings of a thing could satisfy
            assert city.ids("Things", filter=question.replace("result", "Datastreams/Observations/result")) == []
    assert city.ids(path, filter="result eq null") == [hidden]
    assert city.ids(path, orderby="result", top="1") == city.ids(path, orderby="result desc")[-1:] == [hidden]
    assert city.get(f"Observations({hidden})")["result"] is None
    assert city.ask(f"Observations({hidden})/result").status_code == 204
    expanded = city.get(f"Datastreams({bikes})", expand="Observations($filter=result eq 2)")
    assert expanded["Observations"] == []
    assert ",2.0," not in city.ask(path, resultFormat="CSV").getvalue().decode()


def test_coarse_places_are_coarse_everywhere(city: City, bikes: int) -> None:
    thing = city.get(f"Datastreams({bikes})/Thing", expand="Locations")
    (place,) = thing["Locations"]
    coarse = place["location"]["coordinates"]
    assert coarse != [8.5401, 52.0301]
    assert abs(coarse[0] - 8.5401) < 0.002
    texts = [thing["description"], thing["properties"], place["name"], place["description"], place["properties"]]
    assert "Kaiserstra" not in str(texts)
    assert city.get(f"Datastreams({bikes})")["observedArea"]["coordinates"] == coarse
    observation = city.ids(f"Datastreams({bikes})/Observations")[0]
    feature = city.get(f"Observations({observation})/FeatureOfInterest")
    assert (feature["feature"]["coordinates"], feature["name"]) == (coarse, "coarse place")
    exact = "geo.distance({},geography'POINT(8.5401 52.0301)') lt 0.000001"
    assert city.ids("Locations", filter=exact.format("location")) == []
    assert city.ids("FeaturesOfInterest", filter=exact.format("feature")) == []
    assert city.ids("Things", filter="startswith(Locations/name,'Kaiser') or startswith(description,'Kaiser')") == []
    assert city.ids("Things", filter="properties/street eq 'Kaiserstraße'") == []


def test_rows_within_the_delay_are_not_there(city: City) -> None:
    now = clock.now().replace(microsecond=0)
    moments = [now - timedelta(days=2), now - timedelta(hours=3), now - timedelta(minutes=1)]
    record(city, "counter/bikes", dict(zip(moments, [51.0, 52.0, 53.0], strict=True)))
    publish(city, "late", ["counter/bikes"], Terms(visibility="public", delay=timedelta(hours=1)), "environment")
    stream = city.streams["counter/bikes"]
    path = f"Datastreams({stream})"
    rows = city.get(f"{path}/Observations", count="true", orderby="phenomenonTime desc", top="2")
    assert [one["result"] for one in rows["value"]] == [52.0, 51.0]
    assert rows["@iot.count"] == 6
    assert city.get(path)["phenomenonTime"].endswith(moments[1].isoformat().replace("+00:00", "Z"))
    assert "resultTime" not in city.get(path)
    assert city.ids("Observations", filter="result eq 53") == []
    assert city.ids("Datastreams", filter="Observations/result eq 53") == []
    expanded = city.get(path, expand="Observations($orderby=phenomenonTime desc;$top=1;$count=true)")
    assert (expanded["Observations"][0]["result"], expanded["Observations@iot.count"]) == (52.0, 6)
    secret = city.get("Observations", token=city.token("root"), filter="result eq 53")["value"][0]["@iot.id"]
    assert city.error(f"Observations({secret})")["code"] == 404


def test_a_replica_is_marked_with_its_owner(city: City, settings: Any) -> None:
    ids = sensors.describe_replica(origin=OWNER, devices=[MAST], at=START)
    found = reading.render_entity("Datastreams", ids["mast/air"], NOBODY, unrestricted=True)
    assert found["properties"] == {"level": 1, "owner": {"did": OWNER, "name": None}}
    question = f"properties/owner/did eq '{OWNER}'"
    # Without an agreement that stands, it is shown to nobody.
    assert city.ids("Datastreams", filter=question) == []
    settings.NODE = settings.NODE.model_copy(update={"sta_open_write": True})
    assert len(city.ids("Datastreams", filter=question)) == len(MAST.streams)
    (thing,) = city.get("Things", filter=question)["value"]
    assert (thing["properties"]["height"], thing["properties"]["owner"]["did"]) == (12, OWNER)


def test_an_open_test_bed_shows_everything(city: City, settings: Any) -> None:
    settings.NODE = settings.NODE.model_copy(update={"sta_open_write": True})
    assert "Secret" in city.names("Datastreams")


def test_an_observation_is_about_the_place_where_its_thing_stood(city: City) -> None:
    moved = Device(
        external_key="mast",
        name="Mast",
        place=Place(name="New roof", longitude=8.0, latitude=52.0),
        streams=(),
    )
    sensors.register(devices=[moved], at=START + timedelta(hours=3))
    stream = city.streams["mast/air"]
    page = city.get(f"Datastreams({stream})/Observations", expand="FeatureOfInterest($select=name)")
    assert [one["FeatureOfInterest"]["name"] for one in page["value"]] == ["Roof"] * 3 + ["New roof"] * 2
    features = {one["name"]: one["@iot.id"] for one in city.get("FeaturesOfInterest")["value"]}
    assert len(city.ids(f"FeaturesOfInterest({features['New roof']})/Observations")) == 2
    assert len(city.ids("Observations", filter="FeatureOfInterest/name eq 'Roof'")) == 5


def test_a_feature_that_was_given_is_found_both_ways(city: City) -> None:
    given = sensors.create_entity(
        noun="feature of interest",  # type: ignore[arg-type]  # a StrEnum takes its text
        values={
            "name": "Tree",
            "encoding_type": "application/geo+json",
            "feature": {"type": "Point", "coordinates": [8.5, 52.0]},
        },
        at=START,
    )
    stream = city.streams["mast/air"]
    late = {START + timedelta(hours=9): 30.0}
    sensors.record(readings=readings(stream, late, feature=[given], result_time=[micros(START)]), source="lab")
    row = city.get(f"Datastreams({stream})/Observations", filter="result eq 30", expand="FeatureOfInterest")["value"][0]
    assert (row["FeatureOfInterest"]["name"], row["resultTime"]) == ("Tree", "2026-01-01T00:00:00Z")
    assert city.ids(f"FeaturesOfInterest({given})/Observations") == [row["@iot.id"]]
    assert row["@iot.id"] in [
        one["@iot.id"] for one in city.get(f"FeaturesOfInterest({given})", expand="Observations")["Observations"]
    ]

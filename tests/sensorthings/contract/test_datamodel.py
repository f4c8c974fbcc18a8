"""OGC 18-088, section 8: what every entity says of itself, and what it is related to."""

from __future__ import annotations

import pytest

from apps.sensorthings.entities import SETS
from tests.sensorthings.city import ROOT, City

PROPERTIES = {
    "Things": {"name", "description", "properties"},
    "Locations": {"name", "description", "encodingType", "location", "properties"},
    "HistoricalLocations": {"time"},
    "Datastreams": {
        *("name", "description", "observationType", "unitOfMeasurement", "observedArea", "phenomenonTime"),
        "properties",
    },
    "Sensors": {"name", "description", "encodingType", "metadata", "properties"},
    "ObservedProperties": {"name", "definition", "description", "properties"},
    "Observations": {"phenomenonTime", "result", "resultTime"},
    "FeaturesOfInterest": {"name", "description", "encodingType", "feature", "properties"},
}
RELATIONS = {
    "Things": {"Locations", "HistoricalLocations", "Datastreams"},
    "Locations": {"Things", "HistoricalLocations"},
    "HistoricalLocations": {"Thing", "Locations"},
    "Datastreams": {"Thing", "Sensor", "ObservedProperty", "Observations"},
    "Sensors": {"Datastreams"},
    "ObservedProperties": {"Datastreams"},
    "Observations": {"Datastream", "FeatureOfInterest"},
    "FeaturesOfInterest": {"Observations"},
}


def _properties(city: City, name: str) -> list[set[str]]:
    """What each entity of a set says of itself: the names of its properties, each list of names once."""
    found: list[set[str]] = []
    for one in city.get(name)["value"]:
        said = {key for key in one if "@" not in key}
        if said not in found:
            found.append(said)
    return found


def _relations(city: City, name: str) -> list[set[str]]:
    """What each entity of a set is related to, each list of relations once; every link leads to one or to many."""
    found: list[set[str]] = []
    for one in city.get(name)["value"]:
        links = {key.partition("@")[0]: value for key, value in one.items() if key.endswith("@iot.navigationLink")}
        for relation, address in links.items():
            assert address == f"{one['@iot.selfLink']}/{relation}"
            assert ("value" in city.get(address)) == (relation in SETS)
        if set(links) not in found:
            found.append(set(links))
    return found


@pytest.mark.parametrize("name", SETS)
def test_req_datamodel_entity_control_information_common_control_information(city: City, name: str) -> None:
    for one in city.get(name)["value"]:
        assert one["@iot.selfLink"] == f"{ROOT}/{name}({one['@iot.id']})"
        assert type(one["@iot.id"]) is int
        assert city.get(one["@iot.selfLink"]) == one


def test_req_datamodel_thing_properties(city: City) -> None:
    assert _properties(city, "Things") == [PROPERTIES["Things"]]


def test_req_datamodel_thing_relations(city: City) -> None:
    assert _relations(city, "Things") == [RELATIONS["Things"]]


def test_req_datamodel_location_properties(city: City) -> None:
    assert _properties(city, "Locations") == [PROPERTIES["Locations"]]
    place = city.get("Locations", filter="name eq 'Roof'")["value"][0]
    assert place["encodingType"] == "application/geo+json"
    assert place["location"] == {"type": "Point", "coordinates": [8.53, 52.02]}


def test_req_datamodel_location_relations(city: City) -> None:
    assert _relations(city, "Locations") == [RELATIONS["Locations"]]


def test_req_datamodel_historical_location_properties(city: City) -> None:
    assert _properties(city, "HistoricalLocations") == [PROPERTIES["HistoricalLocations"]]
    assert {one["time"] for one in city.get("HistoricalLocations")["value"]} == {"2025-12-31T00:00:00Z"}


def test_req_datamodel_historical_location_relations(city: City) -> None:
    assert _relations(city, "HistoricalLocations") == [RELATIONS["HistoricalLocations"]]


def test_req_datamodel_datastream_properties(city: City) -> None:
    assert _properties(city, "Datastreams") == [PROPERTIES["Datastreams"]]
    air = city.get(f"Datastreams({city.streams['mast/air']})")
    assert set(air["unitOfMeasurement"]) == {"name", "symbol", "definition"}
    assert air["phenomenonTime"] == "2026-01-01T00:00:00Z/2026-01-01T04:00:00Z"
    assert air["observedArea"]["type"] in {"Point", "LineString", "Polygon"}


def test_req_datamodel_datastream_relations(city: City) -> None:
    assert _relations(city, "Datastreams") == [RELATIONS["Datastreams"]]


def test_req_datamodel_sensor_properties(city: City) -> None:
    assert _properties(city, "Sensors") == [PROPERTIES["Sensors"]]


def test_req_datamodel_sensor_relations(city: City) -> None:
    assert _relations(city, "Sensors") == [RELATIONS["Sensors"]]


def test_req_datamodel_observed_property_properties(city: City) -> None:
    assert _properties(city, "ObservedProperties") == [PROPERTIES["ObservedProperties"]]


def test_req_datamodel_observed_property_relations(city: City) -> None:
    assert _relations(city, "ObservedProperties") == [RELATIONS["ObservedProperties"]]


def test_req_datamodel_observation_properties(city: City) -> None:
    assert _properties(city, "Observations") == [PROPERTIES["Observations"]]


def test_req_datamodel_observation_properties__an_interval_is_written_as_one(city: City) -> None:
    rows = city.get(f"Datastreams({city.streams['gauge/level']})/Observations")["value"]
    assert rows[0]["phenomenonTime"] == "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z"


def test_req_datamodel_observation_relations(city: City) -> None:
    assert _relations(city, "Observations") == [RELATIONS["Observations"]]


def test_req_datamodel_feature_of_interest_properties(city: City) -> None:
    assert _properties(city, "FeaturesOfInterest") == [PROPERTIES["FeaturesOfInterest"]]


def test_req_datamodel_feature_of_interest_relations(city: City) -> None:
    assert _relations(city, "FeaturesOfInterest") == [RELATIONS["FeaturesOfInterest"]]

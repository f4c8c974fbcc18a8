"""Requirements of OGC 18-088 that concern reading; each test is named by the one it shows."""

from __future__ import annotations

from typing import Any

import pytest

from apps.sensorthings.entities import SETS
from tests.sensorthings.city import ROOT, City

MANDATORY = {
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


@pytest.mark.parametrize("name", SETS)
def test_datamodel_properties(city: City, name: str) -> None:
    first = city.get(name)["value"][0]
    assert {key for key in first if "@" not in key} == MANDATORY[name]


@pytest.mark.parametrize("name", SETS)
def test_datamodel_relations(city: City, name: str) -> None:
    first = city.get(name)["value"][0]
    links = {key.partition("@")[0]: value for key, value in first.items() if key.endswith("@iot.navigationLink")}
    assert set(links) == RELATIONS[name]
    for address in links.values():
        assert address.startswith(first["@iot.selfLink"])
        city.get(address)


@pytest.mark.parametrize("name", SETS)
def test_datamodel_entity_control_information(city: City, name: str) -> None:
    for one in city.get(name)["value"]:
        assert one["@iot.selfLink"] == f"{ROOT}/{name}({one['@iot.id']})"
        assert type(one["@iot.id"]) is int
        assert city.get(one["@iot.selfLink"]) == one


def test_resource_path_root_lists_exactly_the_entity_sets(city: City) -> None:
    for path in ("", "/"):
        page = city.get(f"/sta/v1.1{path}")
        assert page["value"] == [{"name": name, "url": f"{ROOT}/{name}"} for name in SETS]
        assert page["serverSettings"]["conformance"]


def test_resource_path_to_a_property_and_its_value(city: City) -> None:
    thing = city.ids("Things", filter="name eq 'Mast'")[0]
    assert city.get(f"Things({thing})/name") == {"name": "Mast"}
    assert city.get(f"Things({thing})/properties/nested/deep") == {"deep": 1.5}
    assert city.ask(f"Things({thing})/name/$value").content == b"Mast"
    assert city.ask(f"Things({thing})/properties/tags/1/$value").content == b"b"
    observation = city.ids("Observations", top="1")[0]
    assert city.ask(f"Observations({observation})/result/$value").content == b"20.5"
    assert city.ask(f"Observations({observation})/resultTime").status_code == 204


def test_resource_path_to_a_related_entity_four_levels_deep(city: City) -> None:
    thing = city.ids("Things", filter="name eq 'Mast'")[0]
    stream = city.streams["mast/air"]
    inside = f"Things({thing})/Datastreams({stream})/Observations"
    observation = city.ids(inside)[0]
    assert city.get(f"{inside}({observation})/Datastream/Thing")["name"] == "Mast"
    assert city.get(f"{inside}({observation})/FeatureOfInterest/name") == {"name": "Roof"}
    assert city.names(f"{inside}({observation})/Datastream/Thing/Locations") == ["Roof"]


def test_resource_path_to_associations(city: City) -> None:
    thing = city.ids("Things", filter="name eq 'Mast'")[0]
    page = city.get(f"Things({thing})/Datastreams/$ref")
    assert page["value"] == [
        {"@iot.selfLink": f"{ROOT}/Datastreams({city.streams[key]})"} for key in ("mast/air", "mast/wind")
    ]
    reference = city.get(f"Datastreams({city.streams['mast/air']})/Thing/$ref")
    assert reference == {"@iot.selfLink": f"{ROOT}/Things({thing})"}


@pytest.mark.parametrize(
    "path",
    [
        "Thing",
        "Things(999999)",
        "Things('x')",
        "Things(99999999999999999999)",
        "Things(-1)",
        "Things/name",
        "Things/Datastreams",
        "Things({thing})/Observations",
        "Things({thing})/nothing",
        "Things({thing})/name/first",
        "Things({thing})/properties/nothing",
        "Things({thing})/Datastreams({level})",
        "Things({thing})/Datastreams({level})/Observations",
        "Datastreams({level})/Thing({thing})",
        "Datastreams({level})/$value",
        "Observations(1)",
        "CreateObservations",
        "$batch",
    ],
)
def test_request_data_status_code_404_on_wrong_chains(city: City, path: str) -> None:
    thing = city.ids("Things", filter="name eq 'Mast'")[0]
    body = city.error(path.format(thing=thing, level=city.streams["gauge/level"]))
    assert body["code"] == 404
    assert body["part"]


@pytest.mark.parametrize(
    "options",
    [
        {"filter": "nothing eq 1"},
        {"filter": "name eq"},
        {"filter": "name gt 5"},
        {"filter": "Datastreams"},
        {"filter": "unknown(name)"},
        {"filter": "length(name,1) eq 1"},
        {"orderby": "nothing"},
        {"orderby": "Datastreams/name"},
        {"orderby": "'x'"},
        {"top": "-1"},
        {"top": "many"},
        {"skip": "1.5"},
        {"count": "yes"},
        {"select": "nothing"},
        {"expand": "Observations"},
        {"expand": "Datastreams($top=x)"},
        {"expand": "Datastreams("},
        {"expand": "Datastreams($skiptoken=W10)"},
        {"skiptoken": "W10"},
        {"skiptoken": "%%%"},
        {"resultFormat": "xml"},
        {"resultFormat": "dataArray"},
        {"something": "1"},
    ],
    ids=str,
)
def test_request_data_query_status_code_400_names_the_part(city: City, options: dict[str, str]) -> None:
    body = city.error("Things", **options)
    assert body["code"] == 400
    assert body["part"]


def test_request_data_expand(city: City) -> None:
    thing = city.get(
        "Things",
        filter="name eq 'Mast'",
        expand="Locations,Datastreams($select=name;$orderby=name desc;$expand=Observations($filter=result gt 20.9;"
        "$orderby=result desc;$select=result;$top=1;$count=true),ObservedProperty/Datastreams)",
    )["value"][0]
    assert [one["name"] for one in thing["Locations"]] == ["Roof"]
    assert "Locations@iot.navigationLink" not in thing
    wind, air = thing["Datastreams"]
    assert (wind["name"], wind["Observations"]) == ("Wind", [])
    assert air["Observations"] == [{"result": 22.0}]
    assert air["Observations@iot.count"] == 2
    assert [one["name"] for one in air["ObservedProperty"]["Datastreams"]] == ["Air"]
    rest = city.get(air["Observations@iot.nextLink"])
    assert [one["result"] for one in rest["value"]] == [21.0]
    assert "@iot.nextLink" not in rest


def test_request_data_select(city: City) -> None:
    assert city.get("Things", select="name,id", top="1")["value"] == [
        {"name": "Mast", "@iot.id": city.ids("Things")[0]}
    ]
    inside = city.get("Things", select="properties/nested/deep,Datastreams", filter="name eq 'Mast'")["value"][0]
    assert inside["properties"] == {"nested": {"deep": 1.5}}
    assert set(inside) == {"properties", "Datastreams@iot.navigationLink"}


def test_request_data_orderby(city: City) -> None:
    assert city.names("Datastreams", orderby="name desc") == ["Wind", "Level", "Air"]
    assert city.names("Datastreams", orderby="Thing/name ASC,name DESC") == ["Level", "Wind", "Air"]
    assert city.names("Things", orderby="properties/height") == ["Mast", "Gauge"]
    results = [one["result"] for one in city.get("Observations", orderby="result")["value"]]
    assert results == sorted(results)


def test_request_data_skip_top_and_count(city: City) -> None:
    assert city.names("Datastreams", skip="1", top="1") == ["Wind"]
    assert city.get("Datastreams", count="true", top="0") == {"@iot.count": 3, "value": []}
    assert city.get("Datastreams", count="true", filter="name eq 'Air'")["@iot.count"] == 1
    assert city.get("Observations", count="true", top="1")["@iot.count"] == 10
    assert city.get("Observations", count="true", top="1", filter="result lt 2")["@iot.count"] == 3
    assert "@iot.count" not in city.get("Datastreams", count="false")


def test_request_data_pagination_ends_where_it_ends(city: City) -> None:
    assert "@iot.nextLink" in city.get("Datastreams", top="2")
    assert "@iot.nextLink" not in city.get("Datastreams", top="3")
    assert city.get("Datastreams", top="2")["@iot.nextLink"].startswith(f"{ROOT}/Datastreams?$top=2&$skiptoken=")


@pytest.mark.parametrize(
    "query",
    [
        "%24filter=name%20eq%20%27Mast%27",
        "$filter=name+eq+'Mast'",
        "$filter=name eq 'Mast'&unrelated=1",
        "$filter=name%20eq%20'Mast'&$orderby=name%20ASC",
    ],
)
def test_quirk_options_come_in_many_spellings(city: City, query: str) -> None:
    response = city.client.get(f"/sta/v1.1/Things?{query}")
    assert [one["name"] for one in response.json()["value"]] == ["Mast"]


def test_quirk_a_plus_that_nobody_encoded_is_an_offset(city: City) -> None:
    query = "$filter=phenomenonTime eq 2026-01-01T02:00:00+01:00"
    response = city.client.get(f"/sta/v1.1/Datastreams({city.streams['mast/air']})/Observations?{query}")
    assert [one["result"] for one in response.json()["value"]] == [21.0]


def test_data_array(city: City) -> None:
    page = city.get("Observations", resultFormat="dataArray", top="6", count="true")
    assert page["@iot.count"] == 10
    assert [part["dataArray@iot.count"] for part in page["value"]] == [5, 1]
    air = page["value"][0]
    assert air["Datastream@iot.navigationLink"] == f"{ROOT}/Datastreams({city.streams['mast/air']})"
    assert air["components"] == ["id", "phenomenonTime", "resultTime", "result"]
    assert [row[1:] for row in air["dataArray"][:2]] == [
        ["2026-01-01T00:00:00Z", None, 20.5],
        ["2026-01-01T01:00:00Z", None, 21.0],
    ]
    rest = city.get(page["@iot.nextLink"])
    assert [len(part["dataArray"]) for part in rest["value"]] == [1, 3]


def test_data_array_of_chosen_columns(city: City) -> None:
    page = city.get("Observations", resultFormat="dataArray", select="result,@iot.id", top="1")
    ((number, key),) = page["value"][0]["dataArray"]
    assert (page["value"][0]["components"], number) == (["result", "id"], 20.5)
    assert city.get(f"Observations({key})")["result"] == 20.5


def test_an_interval_is_written_as_one(city: City) -> None:
    stream = city.streams["gauge/level"]
    times: list[Any] = [one["phenomenonTime"] for one in city.get(f"Datastreams({stream})/Observations")["value"]]
    assert times[0] == "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z"


def test_head_and_options_and_unknown_methods(city: City) -> None:
    head = city.client.head("/sta/v1.1/Things")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"].startswith("application/json")
    assert "GET" in city.client.options("/sta/v1.1/Things")["Allow"]
    assert city.client.generic("TRACE", "/sta/v1.1/Things").status_code == 405

"""OGC 18-088, section 9.3: what the query options do, and what is answered where they cannot be done."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.sensors import services as sensors
from tests.sensorthings.city import HOUR, ROOT, START, City, readings, record


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
def test_req_request_data_status_code__404_on_wrong_chains(city: City, path: str) -> None:
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
def test_req_request_data_query_status_code__400_names_the_part(city: City, options: dict[str, str]) -> None:
    body = city.error("Things", **options)
    assert body["code"] == 400
    assert body["part"]


def test_req_request_data_status_code__an_entity_that_is_gone_is_404(city: City) -> None:
    path = f"Datastreams({city.streams['mast/air']})/Observations"
    gone = city.get(path)["value"][0]["@iot.selfLink"]
    sensors.delete_observation(observation_id=city.ids(path)[0], reason="test")
    assert city.error(gone)["code"] == 404


def test_req_request_data_expand(city: City) -> None:
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


def test_req_request_data_select(city: City) -> None:
    assert city.get("Things", select="name,id", top="1")["value"] == [
        {"name": "Mast", "@iot.id": city.ids("Things")[0]}
    ]
    inside = city.get("Things", select="properties/nested/deep,Datastreams", filter="name eq 'Mast'")["value"][0]
    assert inside["properties"] == {"nested": {"deep": 1.5}}
    assert set(inside) == {"properties", "Datastreams@iot.navigationLink"}


def test_req_request_data_select__what_is_expanded_comes_along(city: City) -> None:
    stream = f"Datastreams({city.streams['mast/air']})"
    found = city.get(stream, select="id,Observations", expand="Observations/FeatureOfInterest")
    assert set(found) >= {"@iot.id", "Observations"}
    assert "name" not in found
    assert found["Observations"][0]["FeatureOfInterest"]["name"] == "Roof"


def test_req_request_data_orderby(city: City) -> None:
    assert city.names("Datastreams", orderby="name desc") == ["Wind", "Level", "Air"]
    assert city.names("Datastreams", orderby="Thing/name ASC,name DESC") == ["Level", "Wind", "Air"]
    results = [one["result"] for one in city.get("Observations", orderby="result")["value"]]
    assert results == sorted(results)


def test_req_request_data_orderby__missing_values_come_first_and_in_descending_order_last(city: City) -> None:
    path = f"Datastreams({city.streams['mast/air']})/Observations"
    record(city, "mast/air", {START + 9 * HOUR: None, START + 10 * HOUR: 5.0})
    rising = [None, -3.25, 5.0, 19.0, 20.5, 21.0, 22.0]
    assert [one["result"] for one in city.get(path, orderby="result")["value"]] == rising
    assert [one["result"] for one in city.get(path, orderby="result desc")["value"]] == rising[::-1]
    for top in ("1", "2", "3"):  # and also where the pages meet
        assert [one["result"] for one in city.walk(path, orderby="result", top=top)] == rising
        assert [one["result"] for one in city.walk(path, orderby="result desc", top=top)] == rising[::-1]
    assert city.names("Things", orderby="properties/height") == ["Gauge", "Mast"]
    assert city.names("Things", orderby="properties/height desc") == ["Mast", "Gauge"]
    assert [one["name"] for one in city.walk("Things", orderby="properties/kind", top="1")] == ["Gauge", "Mast"]


def test_req_request_data_orderby__of_json_numbers_come_before_texts_and_texts_before_the_rest(city: City) -> None:
    odd: list[Any] = ["b", True, "a", {"x": 1}, None]
    extra = [json.dumps({"result": one}) for one in odd]
    moments = {START + (10 + number) * HOUR: None for number in range(len(odd))}
    sensors.record(readings=readings(city.streams["mast/wind"], moments, extra=extra), source="lab")
    path = f"Datastreams({city.streams['mast/wind']})/Observations"
    rising: list[Any] = [None, 3.0, 4.0, "a", "b", True, {"x": 1}]
    assert [one["result"] for one in city.get(path, orderby="result,id")["value"]] == rising
    assert [one["result"] for one in city.walk(path, orderby="result,id", top="2")] == rising


def test_req_request_data_skip(city: City) -> None:
    assert city.names("Datastreams", skip="1") == ["Wind", "Level"]
    assert city.names("Datastreams", top="1", skip="1") == ["Wind"]
    assert city.names("Datastreams", skip="3") == []
    assert city.names("Datastreams", skip="1", orderby="name desc") == ["Level", "Air"]


def test_req_request_data_top(city: City) -> None:
    assert city.names("Datastreams", top="2") == ["Air", "Wind"]
    assert city.get("Datastreams", top="0")["value"] == []
    assert city.names("Datastreams", top="2", orderby="name desc") == ["Wind", "Level"]


def test_req_request_data_top__beyond_the_servers_limit_the_limit_holds(city: City) -> None:
    assert len(city.get("Observations", top="1000000000")["value"]) == 10


def test_req_request_data_count(city: City) -> None:
    assert city.get("Datastreams", count="true", top="0")["@iot.count"] == 3
    assert city.get("Datastreams", count="true", filter="name eq 'Air'")["@iot.count"] == 1
    assert city.get("Observations", count="true", top="1", skip="4")["@iot.count"] == 10
    assert city.get("Observations", count="true", top="1", filter="result lt 2")["@iot.count"] == 3
    assert "@iot.count" not in city.get("Datastreams", count="false")
    assert "@iot.count" not in city.get("Datastreams")


def test_req_request_data_order(city: City) -> None:
    """Filter, count, order, skip, top; then expand and select – in whichever order they are written."""
    options = {
        "select": "result",
        "expand": "Datastream($select=name)",
        "top": "1",
        "skip": "1",
        "orderby": "result desc",
        "count": "true",
        "filter": "result lt 21.5",
    }
    wanted = {"result": 20.5, "Datastream": {"name": "Air"}}
    for names in (list(options), list(reversed(options))):
        page = city.get("Observations", **{name: options[name] for name in names})
        assert (page["@iot.count"], page["value"]) == (9, [wanted])


def test_req_request_data_pagination__it_ends_where_it_ends(city: City) -> None:
    assert "@iot.nextLink" in city.get("Datastreams", top="2")
    assert "@iot.nextLink" not in city.get("Datastreams", top="3")
    assert city.get("Datastreams", top="2")["@iot.nextLink"].startswith(f"{ROOT}/Datastreams?$top=2&$skiptoken=")


def test_req_request_data_pagination__the_next_link_leads_to_the_rest(city: City) -> None:
    page = city.get("Observations", top="4", count="true", orderby="result", filter="result gt 0")
    assert page["@iot.nextLink"].startswith(f"{ROOT}/Observations?")
    assert len(page["value"]) == 4
    everything = city.walk("Observations", top="4", orderby="result", filter="result gt 0")
    assert len(everything) == page["@iot.count"] == 9
    assert [one["result"] for one in everything] == sorted(one["result"] for one in everything)

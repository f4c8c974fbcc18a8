"""What QGIS 3.40 asks, letter by letter as its SensorThings provider sent it, is answered as it reads answers.

Recorded between QGIS 3.40.6 (Debian 13) and a node; ids, texts and places are those of the small city.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sensorthings.city import City

POINTS = "$filter=location/type%20eq%20'Point'%20or%20location/geometry/type%20eq%20'Point'"
BOTH = "(location/type%20eq%20'Point'%20or%20location/geometry/type%20eq%20'Point')"
FEATURES = "$filter=feature/type%20eq%20'Point'%20or%20feature/geometry/type%20eq%20'Point'"
STREAMS = "$expand=Things($top=100;$expand=Datastreams($top=100))"
LATEST = (
    "$expand=Things($top=100;$expand=Datastreams($top=100;$expand=Observations($orderby=phenomenonTime%20desc;$top=2)))"
)
AROUND_THE_ROOF = (
    "geo.intersects(location,%20geography'Polygon%20((8.52000000000000142%2052.00999999999999801,"
    "%208.53999999999999915%2052.00999999999999801,%208.53999999999999915%2052.03000000000000114,"
    "%208.52000000000000142%2052.03000000000000114,%208.52000000000000142%2052.00999999999999801))')"
)
THE_WORLD = (
    "geo.intersects(location,%20geography'Polygon%20((-189%20-127.01228733459358011,%20189%20-127.01228733459358011,"
    "%20189%20127.01228733459358011,%20-189%20127.01228733459358011,%20-189%20-127.01228733459358011))')"
)


def ask(city: City, path: str, **headers: str) -> Any:
    """The JSON at an address whose query stands there as it was sent."""
    response = city.client.get(f"/sta/v1.1{path}", headers=headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"].startswith("application/json")
    return response.json()


def walk(city: City, path: str) -> list[Any]:
    """All entities, following the links as QGIS does: as they are."""
    page = ask(city, path)
    found = list(page["value"])
    while "@iot.nextLink" in page:
        page = ask(city, page["@iot.nextLink"].partition("/sta/v1.1")[2])
        found += page["value"]
    return found


def test_the_address_of_a_connection_lists_the_entity_sets_and_what_is_supported(city: City) -> None:
    """QGIS looks for MultiDatastreams here before it offers them."""
    page = ask(city, "")

    assert {"Locations", "Things", "Datastreams"} <= {one["name"] for one in page["value"]}
    assert "MultiDatastreams" not in {one["name"] for one in page["value"]}
    assert not any("multi-datastream" in one for one in page["serverSettings"]["conformance"])


@pytest.mark.parametrize(
    ("path", "count"),
    [
        (f"/Locations?$top=0&$count=true&{POINTS}", 2),
        ("/Locations?$top=0&$count=true&" + POINTS.replace("Point", "LineString"), 0),
        ("/Locations?$top=0&$count=true&" + POINTS.replace("Point", "Polygon"), 0),
        (f"/FeaturesOfInterest?$top=0&$count=true&{FEATURES}", 2),
        (f"/Locations?$top=0&$count=true&$filter={BOTH}%20and%20(startswith(name,'Ro'))", 1),
        ("/Things?$top=0&$count=true", 2),
        ("/HistoricalLocations?$top=0&$count=true", 2),
        ("/Datastreams?$top=0&$count=true", 3),
        ("/Sensors?$top=0&$count=true", 3),
        ("/ObservedProperties?$top=0&$count=true", 3),
        ("/Observations?$top=0&$count=true", 10),
    ],
)
def test_counts_come_without_rows(city: City, path: str, count: int) -> None:
    assert ask(city, path) == {"@iot.count": count, "value": []}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (f"/Locations?$top=1&$count=false&{POINTS}", ["Roof", "River bank"]),
        (f"/FeaturesOfInterest?$top=1&$count=false&{FEATURES}", ["Roof", "River bank"]),
        ("/Things?$top=1&$count=false&$expand=Locations($top=100)", ["Mast", "Gauge"]),
        ("/Datastreams?$top=2&$count=false&$expand=ObservedProperty($top=100)", ["Air", "Wind", "Level"]),
        (f"/Locations?$top=200&$count=false&$filter={BOTH}%20and%20({AROUND_THE_ROOF})", ["Roof"]),
        (
            f"/Locations?$top=1&$count=false&$filter={BOTH}%20and%20({THE_WORLD})&$expand=Things($top=100)",
            ["Roof", "River bank"],
        ),
        (
            f"/Locations?$top=200&$count=false&{STREAMS}&$filter={BOTH}%20and%20(substringof('aug',Things/name))",
            ["River bank"],
        ),
        (f"/Locations?$top=200&$count=false&$filter={BOTH}%20and%20(startswith(name,'Ro'))", ["Roof"]),
    ],
)
def test_all_pages_are_found_by_following_the_links(city: City, path: str, names: list[str]) -> None:
    assert [one["name"] for one in walk(city, path)] == names


def test_observations_come_page_by_page_each_once(city: City) -> None:
    found = walk(city, "/Observations?$top=3&$count=false")

    assert len({one["@iot.id"] for one in found}) == len(found) == 10
    assert {"phenomenonTime", "result", "resultTime", "@iot.selfLink"} <= found[0].keys()
    streams = {one["Datastream"]["name"] for one in walk(city, "/Observations?$top=3&$expand=Datastream($top=100)")}
    assert streams == {"Air", "Wind", "Level"}


def test_a_place_has_its_things_and_their_datastreams_inside(city: City) -> None:
    """QGIS makes a point of each datastream, with the columns of all three."""
    roof = walk(city, f"/Locations?$top=200&$count=false&{STREAMS}&{POINTS}")[0]

    assert roof["location"] == {"type": "Point", "coordinates": [8.53, 52.02]}
    (mast,) = roof["Things"]
    assert [(mast["name"], one["name"], one["unitOfMeasurement"]["symbol"]) for one in mast["Datastreams"]] == [
        ("Mast", "Air", "°C"),
        ("Mast", "Wind", "°C"),
    ]
    assert mast["Datastreams"][0]["phenomenonTime"] == "2026-01-01T00:00:00Z/2026-01-01T04:00:00Z"


def test_the_last_observations_come_inside_with_order_and_limit(city: City) -> None:
    roof = walk(city, f"/Locations?$top=200&$count=false&{LATEST}&{POINTS}")[0]

    air = roof["Things"][0]["Datastreams"][0]["Observations"]
    assert [one["result"] for one in air] == [19.0, 22.0]


def test_an_authentication_of_the_kind_api_header_shows_the_token(city: City) -> None:
    headers = {"Authorization": f"Bearer {city.token('root')}"}

    assert ask(city, f"/Locations?$top=0&$count=true&{POINTS}", **headers)["@iot.count"] == 4


@pytest.mark.parametrize("path", ["/Things?$expand=Locations&$resultFormat=GeoJSON&$top=1000"])
def test_geojson_is_a_vector_layer_in_every_version(city: City, path: str) -> None:
    page = city.client.get(f"/sta/v1.1{path}")

    assert page["Content-Type"] == "application/geo+json"
    found = page.json()
    assert found["type"] == "FeatureCollection"
    assert [(one["properties"]["name"], one["geometry"]["coordinates"]) for one in found["features"]] == [
        ("Mast", [8.53, 52.02]),
        ("Gauge", [8.6, 52.1]),
    ]

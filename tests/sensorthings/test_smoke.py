from tests.sensorthings.city import City
import pytest, json


@pytest.mark.parametrize(
    "path,opts",
    [
        ("", {}),
        ("Things", {}),
        ("Locations", {}),
        ("HistoricalLocations", {}),
        ("Datastreams", {}),
        ("Sensors", {}),
        ("ObservedProperties", {}),
        ("Observations", {}),
        ("FeaturesOfInterest", {}),
        (
            "Datastreams",
            {
                "expand": "Observations($orderby=phenomenonTime desc;$top=1;$count=true),Thing/Locations,Sensor",
                "count": "true",
                "top": "1",
            },
        ),
        (
            "Observations",
            {
                "expand": "FeatureOfInterest,Datastream($select=name)",
                "filter": "Datastream/Thing/name eq 'Mast' and result gt '20'",
                "orderby": "result desc",
            },
        ),
        ("FeaturesOfInterest", {"expand": "Observations($count=true;$top=1)"}),
        (
            "Things",
            {
                "filter": "geo.distance(Locations/location,geography'POINT(8.53 52.02)') lt 0.01",
                "orderby": "properties/height desc",
            },
        ),
        (
            "Observations",
            {"resultFormat": "dataArray", "filter": "during(phenomenonTime,2026-01-01T00:00:00Z/2026-01-01T02:00:00Z)"},
        ),
        ("Observations", {"resultFormat": "CSV"}),
        ("Things", {"resultFormat": "GeoJSON"}),
    ],
)
def test_it(city: City, path, opts) -> None:
    r = city.ask(path, **opts)
    print(r.status_code, r.getvalue().decode()[:3000])
    assert r.status_code == 200

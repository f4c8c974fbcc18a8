"""OGC 18-088, section 9.2: what a path leads to."""

from __future__ import annotations

from apps.sensorthings.entities import SETS
from tests.sensorthings.city import ROOT, City


def test_req_resource_path_resource_path_to_entities__the_root_lists_exactly_the_entity_sets(city: City) -> None:
    for path in ("", "/"):
        page = city.get(f"/sta/v1.1{path}")
        assert page["value"] == [{"name": name, "url": f"{ROOT}/{name}"} for name in SETS]
        assert page["serverSettings"]["conformance"]


def test_req_resource_path_resource_path_to_entities__to_a_property_and_its_value(city: City) -> None:
    thing = city.ids("Things", filter="name eq 'Mast'")[0]
    assert city.get(f"Things({thing})/name") == {"name": "Mast"}
    assert city.get(f"Things({thing})/properties/nested/deep") == {"deep": 1.5}
    assert city.ask(f"Things({thing})/name/$value").content == b"Mast"
    assert city.ask(f"Things({thing})/properties/tags/1/$value").content == b"b"
    observation = city.ids("Observations", top="1")[0]
    assert city.ask(f"Observations({observation})/result/$value").content == b"20.5"
    assert city.ask(f"Observations({observation})/resultTime").status_code == 204


def test_req_resource_path_resource_path_to_entities__to_a_related_entity_four_levels_deep(city: City) -> None:
    thing = city.ids("Things", filter="name eq 'Mast'")[0]
    stream = city.streams["mast/air"]
    inside = f"Things({thing})/Datastreams({stream})/Observations"
    observation = city.ids(inside)[0]
    assert city.get(f"{inside}({observation})/Datastream/Thing")["name"] == "Mast"
    assert city.get(f"{inside}({observation})/FeatureOfInterest/name") == {"name": "Roof"}
    assert city.names(f"{inside}({observation})/Datastream/Thing/Locations") == ["Roof"]


def test_req_resource_path_resource_path_to_entities__to_associations(city: City) -> None:
    thing = city.ids("Things", filter="name eq 'Mast'")[0]
    page = city.get(f"Things({thing})/Datastreams/$ref")
    assert page["value"] == [
        {"@iot.selfLink": f"{ROOT}/Datastreams({city.streams[key]})"} for key in ("mast/air", "mast/wind")
    ]
    reference = city.get(f"Datastreams({city.streams['mast/air']})/Thing/$ref")
    assert reference == {"@iot.selfLink": f"{ROOT}/Things({thing})"}

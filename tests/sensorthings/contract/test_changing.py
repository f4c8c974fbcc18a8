"""OGC 18-088, section 10.3, and RFC 6902: changing entities."""

from __future__ import annotations

from typing import Any

import pytest

from apps.sensors.models import Datastream, HistoricalLocation, Location, Thing
from tests.sensorthings.writing.clients import ELSEWHERE, JSON_PATCH, Sta, datastream, location

pytestmark = pytest.mark.django_db


def test_req_create_update_delete_update_entity(sta: Sta, mast: Thing) -> None:
    response = sta.patch(f"Things({mast.pk})", {"name": "Tower"})

    assert response.status_code == 200
    mast.refresh_from_db()
    assert (mast.name, mast.description, mast.properties) == ("Tower", "In the yard", {"owner": "city"})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("Things", {"Datastreams": [datastream()]}),
        ("Things", {"Datastreams": [{"@iot.id": 1}]}),
        ("Things", {"Locations": [location()]}),
        ("Datastreams", {"Sensor": {"name": "n", "description": "", "encodingType": "t", "metadata": "m"}}),
    ],
)
def test_req_create_update_delete_update_entity__inline_related_entities_are_400(
    sta: Sta, mast: Thing, path: str, body: Any
) -> None:
    key = mast.pk if path == "Things" else Datastream.objects.get(thing=mast).pk

    assert sta.patch(f"{path}({key})", body).status_code == 400
    assert Datastream.objects.count() == Location.objects.count() == 1


def test_req_create_update_delete_update_entity__links_to_another_entity(sta: Sta, mast: Thing) -> None:
    there = sta.made("Locations", location(ELSEWHERE))

    assert sta.patch(f"Things({mast.pk})", {"Locations": [{"@iot.id": there}]}).status_code == 200

    mast.refresh_from_db()
    assert mast.location_id == there
    assert HistoricalLocation.objects.filter(thing=mast).count() == 2


def test_req_create_update_delete_update_entity_put(sta: Sta, mast: Thing) -> None:
    body = {
        "@iot.id": mast.pk,
        "@iot.selfLink": f"http://127.0.0.1/sta/v1.1/Things({mast.pk})",
        "Datastreams@iot.navigationLink": "http://127.0.0.1/x",
        "name": "Tower",
        "description": "Higher",
    }

    assert sta.put(f"Things({mast.pk})", body).status_code == 200

    mast.refresh_from_db()
    assert (mast.name, mast.description, mast.properties) == ("Tower", "Higher", {})
    assert mast.location_id is not None


def test_req_create_update_delete_update_entity_put__needs_every_mandatory_property(sta: Sta, mast: Thing) -> None:
    assert sta.put(f"Things({mast.pk})", {"name": "Tower"}).status_code == 400


def test_req_create_update_delete_update_entity_jsonpatch(sta: Sta, mast: Thing) -> None:
    operations = [
        {"op": "test", "path": "/name", "value": "Mast"},
        {"op": "replace", "path": "/name", "value": "Tower"},
        {"op": "add", "path": "/properties/height", "value": 12},
        {"op": "move", "from": "/properties/owner", "path": "/properties/keeper"},
    ]

    response = sta.patch(f"Things({mast.pk})", operations, kind=JSON_PATCH)

    assert response.status_code == 200
    mast.refresh_from_db()
    assert (mast.name, mast.properties) == ("Tower", {"height": 12, "keeper": "city"})


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_req_create_update_delete_update_entity__the_id_in_the_body_is_ignored(
    sta: Sta, mast: Thing, method: str
) -> None:
    body = {"@iot.id": mast.pk + 1, "name": "Tower", "description": "d"}

    assert sta.call(method, f"Things({mast.pk})", body).status_code == 200

    mast.refresh_from_db()
    assert mast.name == "Tower"
    assert Thing.objects.count() == 1


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_req_create_update_delete_update_entity__what_is_not_there_is_404(sta: Sta, mast: Thing, method: str) -> None:
    response = sta.call(method, "Things(987654)", {"name": "n", "description": "d"})

    assert response.status_code == 404

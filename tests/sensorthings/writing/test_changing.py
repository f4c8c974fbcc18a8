"""OGC 18-088, section 10.3, and RFC 6902: changing entities, named by the requirement shown."""

from __future__ import annotations

from typing import Any

import pytest

from apps.core.errors import NotFound
from apps.sensors import selectors as sensors
from apps.sensors.models import Correction, Datastream, Observation, Thing, Tombstone
from tests.sensorthings.writing.clients import JSON_PATCH, Sta, maker, thing
from tests.sensorthings.writing.test_rights import administrator

pytestmark = pytest.mark.django_db
T0, T1 = "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"


@pytest.fixture
def sta() -> Sta:
    """A program that may make new things."""
    return maker()


@pytest.fixture
def mast(sta: Sta) -> Thing:
    """A thing with a place and a stream."""
    return Thing.objects.get(pk=sta.made("Things", thing()))


@pytest.fixture
def observed(sta: Sta, mast: Thing) -> int:
    """An observation of the mast's stream."""
    stream = Datastream.objects.get(thing=mast)
    body = {"phenomenonTime": T0, "result": 1, "parameters": {"h": 2}, "resultQuality": "ok"}
    return sta.made(f"Datastreams({stream.pk})/Observations", body)


def test_put_of_a_datastream_may_echo_its_times(sta: Sta, mast: Thing) -> None:
    stream = Datastream.objects.get(thing=mast)
    body = {
        "name": "New",
        "description": "d",
        "observationType": "any",
        "unitOfMeasurement": {"name": "n", "symbol": None, "definition": ""},
        "phenomenonTime": "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z",
        "resultTime": None,
        "observedArea": {"type": "Point", "coordinates": [8.5, 52.0]},
    }

    assert sta.put(f"Datastreams({stream.pk})", body).status_code == 200

    stream.refresh_from_db()
    assert (stream.name, stream.unit_name, stream.unit_symbol, stream.first_time) == ("New", "n", "", None)


@pytest.mark.parametrize(
    ("operations", "status"),
    [
        ([{"op": "test", "path": "/name", "value": "Tower"}], 409),
        ([{"op": "remove", "path": "/name"}], 400),
        ([{"op": "remove", "path": "/nothing"}], 409),
        ([{"op": "jump", "path": "/name"}], 400),
        ([{"op": "add", "path": "name", "value": 1}], 400),
        ([{"op": "add", "path": "/@iot.id", "value": 7}], 200),
        ([{"op": "add", "path": "/Datastreams", "value": []}], 400),
        ({"op": "remove"}, 400),
        ([7], 400),
        (None, 400),
    ],
)
def test_a_json_patch_that_does_not_fit_changes_nothing(sta: Sta, mast: Thing, operations: Any, status: int) -> None:
    response = sta.patch(f"Things({mast.pk})", b"null" if operations is None else operations, kind=JSON_PATCH)

    assert response.status_code == status, response.content
    mast.refresh_from_db()
    assert mast.name == "Mast"


def test_patching_an_observation_is_a_recorded_correction(sta: Sta, observed: int) -> None:
    response = sta.patch(f"Observations({observed})", {"result": "closed"})

    assert response.status_code == 200
    row = Observation.objects.get()
    assert response["Content-Location"].endswith(f"/Observations({row.pk})")
    assert row.extra == {"result": "closed", "parameters": {"h": 2}, "quality": "ok"}
    assert (Correction.objects.get().old_result, Correction.objects.get().new_id) == (1.0, row.pk)
    assert sensors.current_observation(observed).pk == row.pk


def test_an_observation_s_old_id_goes_on_working(sta: Sta, observed: int) -> None:
    assert sta.patch(f"Observations({observed})", {"result": 2}).status_code == 200
    assert sta.patch(f"Observations({observed})", {"phenomenonTime": T1}).status_code == 200
    assert sta.patch(f"Observations({observed})", {"resultQuality": None}).status_code == 200

    row = Observation.objects.get()
    assert (row.result, row.phenomenon_time.hour, row.extra) == (2.0, 1, {"parameters": {"h": 2}})
    assert Tombstone.objects.count() == 1
    assert sta.delete(f"Observations({observed})").status_code == 200
    assert Observation.objects.count() == 0


def test_whoever_writes_a_thing_reads_it_and_an_old_id_leads_to_the_corrected_observation(
    sta: Sta, observed: int, mast: Thing
) -> None:
    assert sta.call("GET", f"Things({mast.pk})").status_code == 200
    assert sta.patch(f"Observations({observed})", {"result": 7}).status_code == 200

    found = sta.call("GET", f"Observations({observed})")
    assert found.status_code == 200
    assert found.json()["result"] == 7
    assert found.json()["@iot.id"] != observed


def test_an_observation_cannot_move_onto_another(sta: Sta, observed: int) -> None:
    stream = Datastream.objects.get()
    sta.made(f"Datastreams({stream.pk})/Observations", {"phenomenonTime": T1, "result": 5})

    assert sta.patch(f"Observations({observed})", {"phenomenonTime": T1}).status_code == 409
    assert set(Observation.objects.values_list("result", flat=True)) == {1.0, 5.0}
    assert Observation.objects.count() == 2
    assert stream.state.tombstone_count == 0


def test_json_patch_of_an_observation(sta: Sta, observed: int) -> None:
    operations = [
        {"op": "replace", "path": "/result", "value": [1, 2]},
        {"op": "add", "path": "/parameters/x", "value": 1},
    ]

    assert sta.patch(f"Observations({observed})", operations, kind=JSON_PATCH).status_code == 200
    assert Observation.objects.get().extra == {"result": [1, 2], "parameters": {"h": 2, "x": 1}, "quality": "ok"}


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_what_is_not_there_is_404(method: str) -> None:
    admin = administrator()
    body = {"name": "n", "description": "d", "encodingType": "t", "metadata": "m", "definition": "d", "result": 1}
    for path in ("Things", "Observations", "Sensors"):
        fitting: dict[str, object] = {"result": 1} if path == "Observations" else {"name": "n", "description": "d"}
        body = fitting | ({"encodingType": "t", "metadata": "m"} if path == "Sensors" else {})
        response = admin.call(method, f"{path}(4611686018427387904)", body)
        assert response.status_code == 404, (path, response.content)
    assert admin.call(method, "Nowhere(1)", body).status_code == 404


def test_the_ids_of_observations_that_never_were_are_unknown() -> None:
    with pytest.raises(NotFound):
        sensors.current_observation(5)

"""OGC 18-088, section 12: observations as arrays, read and written."""

from __future__ import annotations

import pytest

from apps.sensors import selectors as sensors
from apps.sensors.models import Batch, Observation
from tests.sensorthings.city import ROOT, City
from tests.sensorthings.writing.clients import Sta
from tests.sensorthings.writing.test_arrays import rows

pytestmark = pytest.mark.django_db


def test_req_data_array_data_array__reading(city: City) -> None:
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


def test_req_data_array_data_array__reading_chosen_columns(city: City) -> None:
    page = city.get("Observations", resultFormat="dataArray", select="result,@iot.id", top="1")
    ((number, key),) = page["value"][0]["dataArray"]
    assert (page["value"][0]["components"], number) == (["result", "id"], 20.5)
    assert city.get(f"Observations({key})")["result"] == 20.5


def test_req_data_array_data_array__every_row_written_is_answered_by_a_link_in_its_order(
    sta: Sta, streams: list[int]
) -> None:
    one, two = streams
    body = [
        rows(one, ["phenomenonTime", "result"], [["2026-01-01T02:00:00Z", 2], ["2026-01-01T01:00:00Z", 1.5]]),
        rows(two, ["result", "phenomenonTime", "resultTime"], [[7, "2026-01-01T01:00:00Z", "2026-01-01T01:01:00Z"]]),
    ]

    response = sta.post("CreateObservations", body)

    assert response.status_code == 201
    ids = [int(link.rpartition("(")[2][:-1]) for link in response.json()]
    assert all(link.startswith("http://") for link in response.json())
    found = [(row.datastream_id, row.result) for row in map(sensors.observation, ids)]
    assert found == [(one, 2.0), (one, 1.5), (two, 7.0)]
    assert Batch.objects.count() == 1


def test_req_data_array_data_array__failed_rows_say_error_and_cost_no_other(sta: Sta, streams: list[int]) -> None:
    data = [
        ["2026-01-01T00:00:00Z", 1],
        ["yesterday", 2],
        ["2026-01-01T00:02:00Z"],
        ["2026-01-01T00:03:00Z", 1e308],
        ["1900-01-01T00:00:00Z", 1],
        7,
        ["2026-01-01T00:06:00Z/2026-01-01T00:05:00Z", 1],
        ["2026-01-01T00:05:00Z/2026-01-01T00:06:00Z", {"a": [None]}],
    ]

    response = sta.post("CreateObservations", [rows(streams[0], ["phenomenonTime", "result"], data)])

    assert response.status_code == 201
    failed = [place for place, text in enumerate(response.json()) if text.startswith("error")]
    assert failed == [1, 2, 4, 5, 6]
    assert Observation.objects.count() == 3

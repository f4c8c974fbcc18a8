"""OGC 18-088, section 12.2.2: CreateObservations, answered row by row."""

from __future__ import annotations

from typing import Any

import pytest

from apps.sensors.models import Datastream, Observation
from tests.sensorthings.writing.clients import Sta, datastream, maker, thing

pytestmark = pytest.mark.django_db


@pytest.fixture
def sta() -> Sta:
    """A program that may make new things."""
    return maker()


@pytest.fixture
def streams(sta: Sta) -> list[int]:
    """Two streams of a thing."""
    key = sta.made("Things", thing(Datastreams=[datastream(), datastream(name="Other")]))
    return sorted(Datastream.objects.filter(thing=key).values_list("pk", flat=True))


def rows(stream: Any, components: list[Any], data: Any) -> dict[str, Any]:
    """One element of the body."""
    return {"Datastream": {"@iot.id": stream}, "components": components, "dataArray": data}


def test_it_is_no_201_when_every_row_failed(sta: Sta, streams: list[int]) -> None:
    response = sta.post("CreateObservations", [rows(streams[0], ["phenomenonTime", "result"], [["x", 1], ["y", 2]])])

    assert response.status_code == 400
    assert [text[:5] for text in response.json()] == ["error", "error"]


def test_rows_of_unknown_datastreams_fail_alone(sta: Sta, streams: list[int]) -> None:
    body = [rows(streams[0], ["result"], [[1]]), rows(987654, ["result"], [[1]]), rows(streams[1], ["result"], [[3]])]

    response = sta.post("CreateObservations", body)

    assert response.status_code == 201
    assert [text.startswith("error") for text in response.json()] == [False, True, False]


def test_features_qualities_and_parameters_come_along(sta: Sta, streams: list[int]) -> None:
    feature = sta.made(
        "FeaturesOfInterest", {"name": "f", "description": "", "encodingType": "text/plain", "feature": "a lake"}
    )
    components = ["phenomenonTime", "result", "FeatureOfInterest/id", "resultQuality", "parameters", "validTime"]
    valid = "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z"
    data = [
        ["2026-01-01T00:00:00Z", None, feature, "good", {"h": 1}, valid],
        ["2026-01-01T01:00:00Z", 1, None, None, None, None],
    ]

    assert sta.post("CreateObservations", [rows(streams[0], components, data)]).status_code == 201

    first, second = Observation.objects.order_by("phenomenon_time")
    assert (first.result, first.feature_id) == (None, feature)
    assert first.extra == {"quality": "good", "parameters": {"h": 1}, "validTime": valid}
    assert (second.result, second.feature_id, second.extra) == (1.0, None, None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [{}],
        [rows("1", ["result"], [[1]])],
        [rows(1, ["phenomenonTime"], [["2026-01-01T00:00:00Z"]])],
        [rows(1, ["result", "result"], [[1, 1]])],
        [rows(1, ["result", {}], [[1, 1]])],
        [rows(1, ["result", "colour"], [[1, "red"]])],
        [rows(1, ["result"], {"0": [1]})],
        [rows(2**40, ["result"], [[1]])],
    ],
)
def test_a_broken_frame_is_400_and_writes_nothing(sta: Sta, streams: list[int], body: Any) -> None:
    response = sta.post("CreateObservations", body)

    assert response.status_code == 400, response.content
    assert Observation.objects.count() == 0


@pytest.mark.parametrize(
    "time", ["2026-01-01 00:00:00Z", "2026-01-01T00:00:0٣Z", "2026-13-01T00:00:00Z", "2026-1-001T00:00:00Z"]
)
def test_the_quick_way_takes_no_time_that_the_slow_one_refuses(sta: Sta, streams: list[int], time: str) -> None:
    slow = sta.post("Observations", {"Datastream": {"@iot.id": streams[0]}, "phenomenonTime": time, "result": 1})
    quick = sta.post("CreateObservations", [rows(streams[0], ["phenomenonTime", "result"], [[time, 1]])])

    assert slow.status_code == quick.status_code

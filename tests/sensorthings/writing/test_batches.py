"""OGC 18-088, section 11, and OData 4.01: many requests in one, answered one by one."""

from __future__ import annotations

from typing import Any

import pytest

from apps.sensors.models import Datastream, Observation, Sensor, Thing
from tests.sensorthings.writing.clients import PROPERTY, SENSOR, UNIT, Sta, maker, thing

pytestmark = pytest.mark.django_db
MAST = {"name": "Mast", "description": "d"}


@pytest.fixture
def sta() -> Sta:
    """A program that may make new things."""
    return maker()


def asked(number: Any, method: str, url: str, body: Any = None, **more: Any) -> dict[str, Any]:
    """One request of a batch."""
    return {"id": str(number), "method": method, "url": url, "body": body} | more


def run(sta: Sta, *requests: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers to a batch."""
    response = sta.post("$batch", {"requests": list(requests)})
    assert response.status_code == 200, response.content
    answers: list[dict[str, Any]] = response.json()["responses"]
    return answers


def test_a_later_request_may_refer_to_what_an_earlier_one_made(sta: Sta) -> None:
    stream = {
        "name": "s",
        "description": "",
        "observationType": "o",
        "unitOfMeasurement": UNIT,
        "Sensor": {"@iot.id": "$sensor"},
        "ObservedProperty": PROPERTY,
    }

    answers = run(
        sta,
        asked("mast", "post", "Things", MAST),
        asked("sensor", "post", "Sensors", SENSOR),
        asked("stream", "post", "$mast/Datastreams", stream, dependsOn=["mast", "sensor"]),
        asked("one", "post", "$stream/Observations", {"result": 1}),
    )

    assert [one["status"] for one in answers] == [201] * 4, answers
    assert Datastream.objects.get().sensor == Sensor.objects.get()
    assert Observation.objects.get().datastream_id == Datastream.objects.get().pk


def test_a_group_is_carried_out_wholly_or_not_at_all(sta: Sta) -> None:
    stream = Datastream.objects.get(thing=sta.made("Things", thing()))
    observation = asked(2, "post", f"Datastreams({stream.pk})/Observations", {"result": 1}, atomicityGroup="g")

    answers = run(
        sta,
        asked(1, "post", "Things", MAST, atomicityGroup="g"),
        observation,
        asked(3, "post", "Things", {}, atomicityGroup="g"),
        asked(4, "post", "Things", MAST),
        asked(5, "get", "Things", dependsOn=["g"]),
    )

    assert [one["status"] for one in answers] == [424, 424, 400, 201, 424]
    assert (Thing.objects.count(), Observation.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requests": {}},
        {"requests": [7]},
        {"requests": [{"id": "1"}]},
        {"requests": [asked(1, "get", "Things"), asked(1, "get", "Things")]},
        {"requests": [asked(1, "get", "Things", headers={"a": 1})]},
        {"requests": [asked(1, "get", "Things", dependsOn=[[]])]},
    ],
)
def test_a_broken_frame_is_400(sta: Sta, body: Any) -> None:
    assert sta.post("$batch", body).status_code == 400


@pytest.mark.parametrize(
    "url", ["$batch", "http://[", "Things" + "x" * 9000, "$nobody/Datastreams", "\0", "Things?$filter="]
)
def test_a_broken_request_fails_alone(sta: Sta, url: str) -> None:
    answers = run(sta, asked(1, "post", url, MAST), asked(2, "post", "Things", MAST))

    assert 400 <= answers[0]["status"] < 500 or url.startswith("Things?")
    assert answers[1]["status"] == 201


@pytest.mark.parametrize("body", [b"", b"--b--", b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", b"\xff\x00--b"])
def test_broken_multipart_is_400(sta: Sta, body: bytes) -> None:
    assert sta.call("POST", "$batch", body, kind="multipart/mixed;boundary=b").status_code == 400


def test_every_part_of_a_batch_has_the_rights_of_its_sender() -> None:
    answers = run(Sta(), asked(1, "post", "Things", MAST), asked(2, "get", "Things"))

    assert [one["status"] for one in answers] == [401, 200]

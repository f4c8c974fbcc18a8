"""OGC 18-088, section 11, and OData 4.01: many requests in one, answered one by one."""

from __future__ import annotations

import pytest

from apps.sensors.models import Datastream, Observation, Thing
from tests.sensorthings.writing.clients import Sta
from tests.sensorthings.writing.test_batches import MAST, asked, run

pytestmark = pytest.mark.django_db


def test_req_batch_request_batch_request__requests_are_answered_one_by_one(sta: Sta) -> None:
    answers = run(
        sta,
        asked(1, "post", "Things", MAST),
        asked(2, "post", "/Things", {"name": "no description"}),
        asked(3, "get", "Things(987654)"),
        asked(4, "get", "http://127.0.0.1/sta/v1.1/Sensors?$count=true"),
    )

    assert [(one["id"], one["status"]) for one in answers] == [("1", 201), ("2", 400), ("3", 404), ("4", 200)]
    assert answers[0]["location"].endswith(f"Things({Thing.objects.get().pk})")
    assert answers[1]["body"]["part"] == "description"
    assert answers[3]["body"]["@iot.count"] == 0


def test_req_batch_request_batch_request__multipart_with_a_change_set(sta: Sta) -> None:
    lines = [
        "--b",
        "Content-Type: multipart/mixed;boundary=c",
        "",
        "--c",
        "Content-Type: application/http",
        "Content-ID: mast",
        "",
        "POST Things HTTP/1.1",
        "Content-Type: application/json",
        "",
        '{"name": "Größe", "description": "d"}',
        "--c",
        "Content-Type: application/http",
        "Content-ID: stream",
        "",
        "POST $mast/Locations HTTP/1.1",
        "",
        '{"name": "l", "description": "", "encodingType": "text/plain", "location": "there"}',
        "--c--",
        "--b",
        "Content-Type: application/http",
        "",
        "GET Things?$select=name HTTP/1.1",
        "",
        "--b",
        "Content-Type: application/http",
        "",
        "DELETE Things(987654) HTTP/1.1",
        "",
        "--b--",
        "",
    ]

    response = sta.call("POST", "$batch", "\r\n".join(lines).encode(), kind="multipart/mixed;boundary=b")

    text = response.content.decode()
    assert response.status_code == 200
    statuses = [line.split()[1] for line in text.splitlines() if line.startswith("HTTP/1.1")]
    assert statuses == ["201", "201", "200", "404"]
    mast = Thing.objects.get()
    assert mast.name == "Größe"
    assert mast.location is not None


def test_req_batch_request_batch_request__paths_may_begin_at_the_host(sta: Sta, mast: Thing) -> None:
    answers = run(sta, asked(1, "get", f"/sta/v1.1/Things({mast.pk})"), asked(2, "get", f"Things({mast.pk})"))

    assert [one["status"] for one in answers] == [200, 200]
    assert answers[0]["body"] == answers[1]["body"]


def test_req_batch_request_batch_request__a_group_is_carried_out_wholly_or_not_at_all(sta: Sta, mast: Thing) -> None:
    stream = Datastream.objects.get()

    answers = run(
        sta,
        asked(1, "post", f"Datastreams({stream.pk})/Observations", {"result": 1}, atomicityGroup="g"),
        asked(2, "post", "Things", {"name": "no description"}, atomicityGroup="g"),
        asked(3, "patch", f"Things({mast.pk})", {"name": "Tower"}),
    )

    assert [one["status"] for one in answers] == [424, 400, 200]
    assert Observation.objects.count() == 3

"""POST /ingest/v1/readings: every row stands for itself, nothing is lost, nothing is a 500."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.ingest import envelope, throttle
from apps.sensors.models import Batch, Observation, Quarantined
from tests.ingest.conftest import URL, Intake
from tests.ingest.test_rows import JSON, TIMES

pytestmark = pytest.mark.django_db
Gateways = Callable[..., Intake]


def row(**changes: Any) -> dict[str, Any]:
    """A good row, changed."""
    return {"datastream": "lora/north/a", "time": "2026-05-01T12:00:00Z", "result": 1.5} | changes


def test_good_rows_are_recorded_by_key_and_by_id(gateway: Gateways, streams: dict[str, int]) -> None:
    rows = [
        row(),
        row(datastream=streams["lora/north/b"], time="2026-05-01T12:00:00Z/2026-05-01T12:15:00Z", result="x"),
    ]
    answer = gateway().post({"readings": rows})
    assert answer.status_code == 200
    found = answer.json()
    assert {**found, "batch": 0} == {
        "batch": 0, "duplicate": False, "accepted": 2, "unchanged": 0, "corrected": 0, "rejected": 0, "errors": []
    }  # fmt: skip
    kept = Observation.objects.order_by("datastream_id").values_list("datastream_id", "span", "result", "extra")
    assert list(kept) == [
        (streams["lora/north/a"], 0, 1.5, None),
        (streams["lora/north/b"], 900, None, {"result": "x"}),
    ]


@pytest.mark.usefixtures("streams")
def test_bad_rows_are_told_and_kept_and_cost_no_other(gateway: Gateways) -> None:
    rows = ",".join(
        [
            json.dumps(row()),
            '{"datastream":"lora/north/a","time":"2026-05-01T12:01:00Z","result":NaN}',
            '{"datastream":"lora/north/a","time":"2026-05-01T12:01:00Z","result":1e999}',
            json.dumps(row(time="2026-05-01T12:02:00")),
            json.dumps(row(time="2199-05-01T12:02:00Z")),
            json.dumps(row(datastream="lora/nowhere")),
            json.dumps(row(datastream=2**40)),
            '{"datastream":"lora/north/a","datastream":"b","time":"2026-05-01T12:03:00Z","result":1}',
            '{"result":' + "[" * 50_000 + "]" * 50_000 + "}",
            json.dumps(row(time="2026-05-01T12:04:00Z", result="a\0b")),
            json.dumps(row(time="2026-05-01T12:05:00Z")),
        ]
    )
    answer = gateway().post(f'{{"readings":[{rows}]}}')
    assert answer.status_code == 200
    found = answer.json()
    assert (found["accepted"], found["rejected"]) == (2, 9)
    reasons = [error["reason"] for error in found["errors"]]
    assert reasons == [
        "not-finite", "not-finite", "naive-time", "time-out-of-range", "unknown-datastream", "unknown-datastream",
        "duplicate-key", "too-deep", "unstorable-text",
    ]  # fmt: skip
    assert [error["row"] for error in found["errors"]] == list(range(1, 10))
    assert sorted(Quarantined.objects.values_list("reason", flat=True)) == sorted(reasons)


@pytest.mark.usefixtures("streams")
@pytest.mark.parametrize("by_header", [True, False])
def test_the_same_client_key_is_carried_out_once(gateway: Gateways, by_header: bool) -> None:
    intake = gateway()
    headers = {"Idempotency-Key": "k1"} if by_header else {}
    body = {"readings": [row(), row(datastream="lora/nowhere")]} | ({} if by_header else {"client_key": "k1"})
    first, second = intake.post(body, **headers).json(), intake.post(body, **headers).json()
    assert (first["duplicate"], second["duplicate"]) == (False, True)
    assert second["batch"] == first["batch"]
    assert (second["accepted"], second["rejected"]) == (1, 1)
    assert (Batch.objects.count(), Quarantined.objects.count()) == (1, 1)


@pytest.mark.usefixtures("streams")
def test_two_gateways_may_use_the_same_client_key(client: Client, gateway: Gateways) -> None:
    one, other = gateway("ingest:write"), gateway("ingest:write", "read")
    body = {"readings": [row()], "client_key": "k"}
    assert not one.post(body).json()["duplicate"]
    assert not other.post(body | {"readings": [row(time="2026-05-01T13:00:00Z")]}).json()["duplicate"]


@pytest.mark.usefixtures("streams")
def test_repeated_rows_are_unchanged_and_other_values_are_corrections(gateway: Gateways) -> None:
    intake = gateway()
    intake.post({"readings": [row()]})
    assert intake.post({"readings": [row()]}).json()["unchanged"] == 1
    assert intake.post({"readings": [row(result=2)]}).json()["corrected"] == 1


@pytest.mark.usefixtures("streams")
def test_a_row_contradicted_within_one_call_is_told_and_kept(gateway: Gateways) -> None:
    found = gateway().post({"readings": [row(result=1), row(result=2), row(result=2)]}).json()
    assert (found["accepted"], found["unchanged"], found["rejected"]) == (1, 1, 1)
    assert [(error["row"], error["reason"]) for error in found["errors"]] == [(0, "superseded")]
    assert json.loads(Quarantined.objects.get().payload)["result"] == 1
    assert Observation.objects.get().result == 2


@pytest.mark.usefixtures("streams")
def test_a_narrowed_token_writes_only_below_its_words(gateway: Gateways) -> None:
    intake = gateway("ingest:write", "ingest:write:lora:north")
    rows = [row(), row(datastream="lora/northwest/c"), row(datastream="elsewhere"), row(datastream=10**6)]
    found = intake.post({"readings": rows}).json()
    assert found["accepted"] == 1
    assert [error["reason"] for error in found["errors"]] == ["not-permitted"] * 3


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer owl_nobody"}, 401),
        ({"Authorization": "Basic abc"}, 401),
        ({"Content-Encoding": "gzip"}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "multipart/form-data; boundary=x"}, 415),
        ({"Idempotency-Key": "x" * 201}, 400),
    ],
)
def test_a_call_that_cannot_be_taken_is_a_problem(gateway: Gateways, headers: dict[str, str], status: int) -> None:
    answer = gateway().post(b'{"readings":[]}', **headers)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert ("WWW-Authenticate" in answer) == (status == 401)


def test_a_token_without_the_scope_is_forbidden(gateway: Gateways) -> None:
    assert gateway("ingest:read").post({"readings": []}).status_code == 403


def test_two_client_keys_that_differ_are_invalid(gateway: Gateways) -> None:
    body = {"readings": [], "client_key": "a"}
    assert gateway().post(body, **{"Idempotency-Key": "b"}).status_code == 400


def test_too_much_at_once_is_413(gateway: Gateways) -> None:
    intake = gateway()
    assert intake.post({"readings": [1] * (envelope.MAX_ROWS + 1)}).status_code == 413
    assert intake.post(b" " * (envelope.MAX_BYTES + 1)).status_code == 413


def test_only_post_is_answered(client: Client) -> None:
    assert client.get(URL).status_code == 405


def test_too_many_calls_are_429(gateway: Gateways, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "CALLS", 2)
    intake = gateway()
    statuses = [intake.post({"readings": []}).status_code for _ in range(6)]  # a minute may end in between
    assert statuses[:2] == [200, 200]
    assert 429 in statuses


def test_errors_are_listed_up_to_a_thousand_and_all_counted(gateway: Gateways) -> None:
    found = gateway().post({"readings": list(range(1_500))}).json()
    assert (found["rejected"], len(found["errors"])) == (1_500, 1_000)
    assert Quarantined.objects.count() == 1_500


FIELDS = st.sampled_from(["datastream", "time", "result", "resultTime", "quality", "parameters", "x"])
ROW = st.one_of(
    st.dictionaries(FIELDS, JSON | TIMES, max_size=6),
    st.fixed_dictionaries(
        {"datastream": st.sampled_from(["lora/north/a", "lora/north/b", "no"]), "time": TIMES, "result": JSON}
    ),
    JSON,
)


@given(rows=st.lists(ROW, max_size=6), key=st.none() | st.text(max_size=10))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_is_sent_every_row_is_accounted_for(
    gateway: Gateways, streams: dict[str, int], rows: list[Any], key: str | None
) -> None:
    assert len(streams) == 3
    answer = gateway().post(json.dumps({"readings": rows, "client_key": key}))
    assert answer.status_code in {200, 400}
    if answer.status_code == 200 and not answer.json()["duplicate"]:
        found = answer.json()
        total = found["accepted"] + found["unchanged"] + found["corrected"] + found["rejected"]
        assert total == len(rows)


@given(body=st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_bytes_are_answered(gateway: Gateways, body: bytes) -> None:
    intake = gateway()
    for text in (body, b'{"readings":[' + body + b"]}"):
        assert intake.post(text).status_code in {200, 400, 413, 415}

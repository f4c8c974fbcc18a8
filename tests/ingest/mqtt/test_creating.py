"""SensorThings MQTT create: every form of topic and payload, and a reason for whatever cannot be created."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.ingest.mqtt import creating
from apps.ingest.mqtt.creating import Creation
from apps.sensors.types import micros

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
TIME = "2026-05-01T10:00:00Z"


def _parse(topic: str, document: Any) -> Creation:
    return creating.parse(topic, json.dumps(document).encode(), at=AT)


def test_an_observation_of_the_datastream_in_the_topic() -> None:
    found = _parse("create/v1.1/Datastreams(17)/Observations", {"phenomenonTime": TIME, "result": 21.5})
    (row,) = found.rows
    assert (row.reading.datastream, row.reading.result, row.feature) == (17, 21.5, 0)
    assert row.reading.time == micros(datetime(2026, 5, 1, 10, tzinfo=UTC))
    assert found.is_dated


def test_an_observation_with_all_that_it_can_have() -> None:
    entity = {
        "Datastream": {"@iot.id": 17},
        "FeatureOfInterest": {"@iot.id": 4},
        "phenomenonTime": "2026-05-01T10:00:00Z/2026-05-01T10:15:00Z",
        "resultTime": "2026-05-01T10:15:02Z",
        "result": {"state": "closed"},
        "resultQuality": "good",
        "parameters": {"battery": 3.6},
    }
    (row,) = _parse("v1.1/Observations", entity).rows
    assert (row.reading.span, row.feature) == (900, 4)
    assert row.reading.result_time is not None
    assert json.loads(row.reading.extra or "") == {
        "result": {"state": "closed"},
        "quality": "good",
        "parameters": {"battery": 3.6},
    }


def test_a_data_array_row_by_row() -> None:
    part = {
        "Datastream": {"@iot.id": 17},
        "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
        "dataArray@iot.count": 3,
        "dataArray": [[TIME, 1, 4], [TIME, 2], ["2026-05-01T11:00:00Z", 3, 4]],
    }
    found = _parse("create/schule/v1.1/CreateObservations", [part])
    assert [(row.reading.result, row.feature) for row in found.rows] == [(1.0, 4), (3.0, 4)]
    assert [row.reason for row in found.refused] == ["wrong-type"]


def test_without_a_time_it_is_of_its_arrival_and_known_as_undated() -> None:
    found = _parse("v1.1/Datastreams(1)/Observations", {"result": 1})
    assert found.rows[0].reading.time == micros(AT)
    assert not found.is_dated
    assert _parse("v1.1/Datastreams(1)/Observations", {"result": 1, "resultTime": TIME}).is_dated


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({"result": 1}, "missing-datastream"),
        ({"result": 1, "Datastream": {"name": "new"}}, "inline-entity"),
        ({"result": 1, "Datastream": {"@iot.id": 1}, "FeatureOfInterest": {"name": "here"}}, "inline-entity"),
        ({"result": 1, "Datastream": {"@iot.id": "1"}}, "wrong-type"),
        ({"result": 1, "Datastream": {"@iot.id": True}}, "wrong-type"),
        ({"result": 1, "Datastream": {"@iot.id": 1}, "phenomenonTime": "2026-05-01T10:00:00"}, "naive-time"),
        ({"Datastream": {"@iot.id": 1}}, "missing-result"),
        ({"result": 1, "Datastream": {"@iot.id": 1}, "validTyme": 1}, "unknown-field"),
        (7, "wrong-type"),
    ],
)
def test_what_cannot_be_created_has_its_reason(entity: Any, reason: str) -> None:
    assert [row.reason for row in _parse("v1.1/Observations", entity).refused] == [reason]


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("v1.1/Things", b"{}", "unknown-topic"),
        ("v1.1/Datastreams(x)/Observations", b"{}", "unknown-topic"),
        ("v1.1/Observations", b"{", "not-json"),
        ("v1.1/Observations", b"\xff", "not-utf-8"),
        ("v1.1/Observations", b"[]", "no-observation"),
        ("v1.1/Observations", b"[" * 100_000, "not-json"),
    ],
)
def test_what_is_no_observation_at_all_is_refused_as_a_whole(topic: str, payload: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        creating.parse(topic, payload, at=AT)
    assert caught.value.code == code


@given(
    st.sampled_from(["v1.1/Observations", "v1.1/Datastreams(1)/Observations", "x/v1.0/CreateObservations"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["Datastream", "@iot.id", "result", "phenomenonTime", "dataArray", "components", "x"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
)
def test_no_payload_whatever_breaks_it(topic: str, document: Any) -> None:
    try:
        found = _parse(topic, document)
    except Invalid:
        return
    assert found.rows or found.refused

"""Whatever is sent: never a 500, and nothing left behind by what is refused."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.sensors.models import Datastream, FeatureOfInterest, Location, Observation, ObservedProperty, Sensor, Thing
from tests.sensorthings.writing.clients import POINT, PROPERTY, SENSOR, Sta, datastream, location, maker, thing

pytestmark = pytest.mark.django_db
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = (Thing, Location, Sensor, ObservedProperty, Datastream, Observation, FeatureOfInterest)

plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z/2026-01-01T00:00:01Z", "\0", "é" * 50, "9" * 400])
)
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
NAMES = sorted(
    {*thing(), *datastream(), *location(), *SENSOR, *PROPERTY, "feature", "result", "phenomenonTime", "resultTime"}
    | {"parameters", "resultQuality", "validTime", "Thing", "Things", "Datastream", "FeatureOfInterest", "@iot.id"}
    | {"Observations", "HistoricalLocations", "observedArea", "type", "coordinates", "geometry", "colour", "time"}
)
SOUND = [thing(), datastream(), location(), SENSOR, PROPERTY, POINT, {"result": 1}, {"@iot.id": 1}]
bodies = st.recursive(
    anything | st.sampled_from(SOUND),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)
PATHS = (
    "Things",
    "Locations",
    "HistoricalLocations",
    "Datastreams",
    "Sensors",
    "ObservedProperties",
    "Observations",
    "FeaturesOfInterest",
    "CreateObservations",
    "$batch",
    "Things(1)/Datastreams",
    "Datastreams(1)/Observations",
    "Things({thing})",
    "Things({thing})/Locations",
    "Datastreams({stream})",
    "Datastreams({stream})/Observations",
    "Datastreams({stream})/Thing",
    "Observations({observation})",
    "Things({thing})/name",
    "Locations/$ref",
    "Things({thing})/Locations/$ref",
    "FeaturesOfInterest(1099511627777)",
    "Observations(9223372036854775807)",
    "Datastreams({stream})/Sensor/Datastreams",
)
TYPES = ["application/json", "application/json", "application/json-patch+json", "text/plain"]
requests = st.tuples(st.sampled_from(["POST", "PATCH", "PUT"]), st.sampled_from(PATHS), bodies, st.sampled_from(TYPES))
raw_requests = st.tuples(
    st.sampled_from(["POST", "PATCH", "PUT", "DELETE"]), st.sampled_from(PATHS), st.binary(max_size=60)
)


@pytest.fixture
def sta() -> Sta:
    """A program that made a thing with a stream of one observation."""
    return maker()


@pytest.fixture
def names(sta: Sta) -> dict[str, int]:
    """The ids of what it made."""
    key = sta.made("Things", thing(Datastreams=[datastream(Observations=[{"result": 1}])]))
    return {"thing": key, "stream": Datastream.objects.get().pk, "observation": Observation.objects.get().pk}


def state() -> list[Any]:
    """All that is stored."""
    return [[*kind.objects.order_by("pk").values()] for kind in KINDS]


@QUICK
@given(sent=requests)
def test_no_payload_is_a_500_and_what_is_refused_leaves_nothing(sta: Sta, names: dict[str, int], sent: Any) -> None:
    before = state()
    method, path, body, kind = sent

    response = sta.call(method, path.format(**names), orjson.dumps(body), kind=kind)

    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        assert state() == before
        assert {"code", "type", "message"} <= response.json().keys() or isinstance(response.json(), list)


@QUICK
@given(sent=raw_requests)
def test_no_bytes_are_a_500(sta: Sta, names: dict[str, int], sent: Any) -> None:
    method, path, body = sent
    kind = "multipart/mixed;boundary=b" if body[:1] < b"\x40" else "application/json"

    assert sta.call(method, path.format(**names), body, kind=kind).status_code < 500


@QUICK
@given(
    data=st.lists(st.lists(anything, max_size=3) | anything, max_size=6),
    components=st.permutations(["phenomenonTime", "result"]),
)
def test_every_row_of_an_array_is_answered(sta: Sta, names: dict[str, int], data: Any, components: list[str]) -> None:
    body = [{"Datastream": {"@iot.id": names["stream"]}, "components": components, "dataArray": data}]

    response = sta.call("POST", "CreateObservations", orjson.dumps(body))

    assert response.status_code in (201, 400)
    assert len(response.json()) == len(data)


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 100_000, b'{"Things":[' * 3000, b"{" * 41 + b"}" * 41])
def test_depth_is_refused(sta: Sta, deep: bytes) -> None:
    assert sta.call("POST", "Things", deep).status_code == 400

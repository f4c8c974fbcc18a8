"""Every format: what is sent becomes uplinks; what cannot be read is told by its part, or waits; nothing is a bug."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import Invalid, OwlError, TooLarge
from apps.ingest.payloads import documents, reading
from apps.ingest.payloads.context import Context, Parsed
from apps.sources.types import Format, Uplink
from tests.ingest.payloads import examples

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
UP = Context(query={"event": "up"})
KIT = Context(headers={"x-sensor": "esp8266-7"})


def read(format: str, body: Any, context: Context | None = None) -> Parsed:
    """A payload read; anything but bytes is sent as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return reading.read(format, sent, context or Context())


def one(format: str, body: Any, context: Context | None = None) -> Uplink:
    """The only uplink of a payload."""
    (uplink,) = read(format, body, context).uplinks
    return uplink


def without(document: Any, *path: str) -> Any:
    """A copy of a document that lacks one part."""
    copy = json.loads(json.dumps(document))
    place = copy
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return copy


def test_things_stack_becomes_one_uplink() -> None:
    uplink = one(Format.THINGS_STACK, examples.THINGS_STACK)
    assert (uplink.device, uplink.device_name) == ("70b3d57ed0000001", "mast-1")
    assert uplink.time == NOON.replace(microsecond=123456)
    assert uplink.counter == "17@2026-05-01T12:00:00.123456789Z"
    assert uplink.values == {"temperature": 21.5, "humidity": 0, "battery.voltage": 3.6, "soil.0": 1, "soil.1": 2}
    assert uplink.place == (8.53, 52.02)
    assert json.loads(uplink.raw) == examples.THINGS_STACK


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        (("uplink_message", "f_cnt"), "counter", "0@2026-05-01T12:00:00.123456789Z"),
        (("uplink_message", "received_at"), "time", NOON.replace(microsecond=987654)),
        (("uplink_message", "locations", "user", "latitude"), "place", (8.53, 0.0)),
        (("uplink_message", "locations"), "place", None),
        (("uplink_message", "decoded_payload"), "problem", "no-decoded-payload"),
        (("end_device_ids", "dev_eui"), "device", "stadtklima/mast-1"),
        (("uplink_message", "rx_metadata"), "problem", ""),
    ],
)
def test_things_stack_omits_what_is_zero_false_or_empty(path: tuple[str, ...], name: str, expected: Any) -> None:
    assert getattr(one(Format.THINGS_STACK, without(examples.THINGS_STACK, *path)), name) == expected


def test_things_stack_frames_without_anything_wait() -> None:
    body = without(without(examples.THINGS_STACK, "uplink_message", "decoded_payload"), "uplink_message", "frm_payload")
    assert one(Format.THINGS_STACK, body).problem == "empty-frame"


def test_things_stack_simulated_uplinks_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read(Format.THINGS_STACK, examples.THINGS_STACK | {"simulated": True})
    assert (refused.value.code, refused.value.part) == ("simulated-uplink", "simulated")
    assert read(Format.THINGS_STACK, examples.THINGS_STACK | {"simulated": False}).uplinks


def test_things_stack_other_events_are_named() -> None:
    body = without(examples.THINGS_STACK, "uplink_message") | {"join_accept": {}}
    assert read(Format.THINGS_STACK, body) == Parsed(ignored="join_accept")


def test_chirpstack_becomes_one_uplink() -> None:
    uplink = one(Format.CHIRPSTACK, examples.CHIRPSTACK, UP)
    assert (uplink.device, uplink.device_name) == ("70b3d57ed0000001", "mast-1")
    assert uplink.time == NOON.replace(microsecond=433789)
    assert uplink.counter == examples.CHIRPSTACK["deduplicationId"]
    assert uplink.values == {"temperature": 21.5, "battery.voltage": 3.6}
    again = one(Format.CHIRPSTACK, without(examples.CHIRPSTACK, "deduplicationId"), UP)
    assert again.counter == f"4@{examples.CHIRPSTACK['time']}"
    assert one(Format.CHIRPSTACK, without(examples.CHIRPSTACK, "object"), UP).problem == "no-decoded-payload"


@pytest.mark.parametrize("event", ["status", "join", "ack", "txack", "log", "location", "integration"])
def test_chirpstack_other_events_are_named_by_query_or_topic(event: str) -> None:
    assert read(Format.CHIRPSTACK, {}, Context(query={"event": event})).ignored == event
    topic = f"application/1/device/70b3d57ed0000001/event/{event}"
    assert read(Format.CHIRPSTACK, {}, Context(topic=topic)).ignored == event


def test_chirpstack_needs_to_name_its_event() -> None:
    topic = Context(topic="application/1/device/70b3d57ed0000001/event/up")
    assert one(Format.CHIRPSTACK, examples.CHIRPSTACK, topic).values
    for context in (Context(), Context(query={"event": "down"})):
        with pytest.raises(Invalid) as refused:
            read(Format.CHIRPSTACK, examples.CHIRPSTACK, context)
        assert refused.value.part == "event"


def test_airrohr_becomes_one_uplink_with_numbers_and_units() -> None:
    uplink = one(Format.AIRROHR, examples.AIRROHR, KIT)
    assert (uplink.device, uplink.time) == ("esp8266-7", None)
    assert uplink.values == {
        "SDS.PM10": 5.38, "SDS.PM2.5": 2.1, "BME280_temperature": 21.5, "BME280_pressure": 101325.0,
        "BME280_humidity": 45.1, "DNMS_noise_LAeq": 53.2, "DNMS_noise_LA_min": 41.0, "samples": 5000000.0,
    }  # fmt: skip
    assert uplink.units == {
        "SDS.PM10": "µg/m³", "SDS.PM2.5": "µg/m³", "BME280_temperature": "°C", "BME280_pressure": "Pa",
        "BME280_humidity": "%", "DNMS_noise_LAeq": "dB(A)", "DNMS_noise_LA_min": "dB(A)",
    }  # fmt: skip
    assert one(Format.AIRROHR, examples.AIRROHR).device == "esp8266-12345678"


@pytest.mark.parametrize(
    ("kind", "pin", "key"),
    [
        ("HPM_P1", "", "HPM.PM2.5"),
        ("HPM_P2", "", "HPM.PM10"),
        ("PMS_P0", "", "PMS.PM1"),
        ("P1", "1", "PM10"),
        ("P2", "1", "PM2.5"),
        ("temperature", "7", "temperature@7"),
        ("temperature", "11", "temperature@11"),
    ],
)
def test_airrohr_keys_say_what_is_measured(kind: str, pin: str, key: str) -> None:
    body = {"sensordatavalues": [{"value_type": kind, "value": "1.5"}]}
    context = Context(headers={"x-sensor": "esp8266-7", "x-pin": pin})
    assert one(Format.AIRROHR, body, context).values == {key: 1.5}


def test_airrohr_words_stay_words_and_a_place_is_a_place() -> None:
    kinds = {"SDS_P1": "nan", "GPS_lat": "52.02", "GPS_lon": "8.53"}
    body = {"sensordatavalues": [{"value_type": kind, "value": value} for kind, value in kinds.items()]}
    uplink = one(Format.AIRROHR, body, KIT)
    assert (uplink.values, uplink.place) == ({"SDS.PM10": "nan"}, (8.53, 52.02))


def test_airrohr_is_recognised_again_by_its_body_for_a_minute_only() -> None:
    first, second = one(Format.AIRROHR, examples.AIRROHR, KIT), one(Format.AIRROHR, examples.AIRROHR, KIT)
    assert (first.counter, first.remember_s) == (second.counter, 60)
    named = Context(headers={"x-sensor": "esp8266-7", "idempotency-key": "abc"})
    assert one(Format.AIRROHR, examples.AIRROHR, named).remember_s > 3600


def test_a_kit_without_a_name_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        read(Format.AIRROHR, {"sensordatavalues": []})
    assert refused.value.part == "X-Sensor"


@pytest.mark.parametrize("path", ["boxes/box1/data", "box1", "boxes/box1"])
def test_opensensemap_both_forms_say_the_same(path: str) -> None:
    context = Context(topic=path)
    pairs = {"s1": ["21.5", "2026-05-01T12:00:00Z", [8.53, 52.02, 118]], "s2": [45, "2026-05-01T12:00:00Z"]}
    listed = read(Format.OPENSENSEMAP, examples.OPENSENSEMAP, context).uplinks
    paired = read(Format.OPENSENSEMAP, pairs, context).uplinks
    for uplinks in (listed, paired):
        told = [(one.device, one.time, dict(one.values), one.place) for one in uplinks]
        assert told == [("box1", NOON, {"s1": 21.5}, (8.53, 52.02)), ("box1", NOON, {"s2": 45}, None)]


def test_opensensemap_single_values_and_bare_values() -> None:
    context = Context(topic="boxes/box1/s1")
    assert one(Format.OPENSENSEMAP, {"value": "5,5"}, context).values == {"s1": 5.5}
    assert one(Format.OPENSENSEMAP, {"s9": 7}).values == {"s9": 7}
    assert one(Format.OPENSENSEMAP, {"s9": 7}, Context(topic="data")).device == "box"
    where = {"s1": [1, "2026-05-01T12:00:00Z", {"lng": 8.53, "lat": 52.02}]}
    assert one(Format.OPENSENSEMAP, where).place == (8.53, 52.02)


def test_opensensemap_one_bad_measurement_costs_no_other() -> None:
    body = [7, {"value": 1}, {"sensor": "s", "value": 1, "createdAt": "yesterday"}, {"sensor": "s", "value": 2}]
    found = read(Format.OPENSENSEMAP, body).uplinks
    assert [one.problem for one in found] == ["missing-sensor", "missing-sensor", "unreadable-time", ""]


def test_ngsi_ld_becomes_an_uplink_an_entity() -> None:
    uplink = one(Format.NGSI_LD, examples.NGSI_LD)
    assert (uplink.device, uplink.device_name) == ("urn:ngsi-ld:WeatherObserved:1", "Wetter am Markt")
    assert uplink.values == {"temperature": 294.65, "wind.speed": 3.2}
    assert uplink.units == {"temperature": "K"}
    assert uplink.times == {"temperature": NOON, "wind.speed": NOON.replace(hour=11, minute=59)}
    assert uplink.place == (8.53, 52.02)
    assert uplink.counter == "urn:ngsi-ld:Notification:1#0"


def test_ngsi_ld_simplified_and_repeated_attributes() -> None:
    entity = {
        "id": "urn:x",
        "type": "T",
        "noise": 55.5,
        "pm10": [
            {"type": "Property", "value": 1, "datasetId": "urn:a"},
            {"type": "Property", "value": 2},
        ],
    }
    uplink = one(Format.NGSI_LD, examples.NGSI_LD | {"data": [entity]})
    assert uplink.values == {"noise": 55.5, "pm10@urn:a": 1, "pm10": 2}
    assert uplink.time == NOON.replace(second=5)


def test_ngsi_ld_one_bad_entity_costs_no_other() -> None:
    bad = {"id": "urn:bad", "t": {"type": "Property", "value": 1, "observedAt": "soon"}}
    found = read(Format.NGSI_LD, examples.NGSI_LD | {"data": [7, bad, *examples.NGSI_LD["data"]]}).uplinks
    assert [one.problem for one in found] == ["missing-id", "unreadable-time", ""]


def test_sensorthings_observations_by_topic_or_by_link() -> None:
    body = {
        "phenomenonTime": "2026-05-01T12:00:00Z/2026-05-01T12:15:00Z",
        "result": 12,
        "resultTime": "2026-05-01T12:15:02Z",
        "parameters": {"battery": 3.6},
        "resultQuality": "good",
    }
    uplink = one(Format.SENSORTHINGS, body, Context(topic="v1.1/Datastreams(17)/Observations"))
    assert (uplink.device, uplink.values, uplink.time, uplink.span) == ("datastream/17", {"result": 12}, NOON, 900)
    assert uplink.beside == {"quality": "good", "parameters": {"battery": 3.6}}
    assert uplink.result_time == NOON.replace(minute=15, second=2)
    linked = one(Format.SENSORTHINGS, body | {"Datastream": {"@iot.id": 5}}, Context(topic="v1.1/Observations"))
    assert linked.device == "datastream/5"


def test_sensorthings_create_observations_row_by_row() -> None:
    body = [
        {
            "Datastream": {"@iot.id": 17},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": 3,
            "dataArray": [["2026-05-01T12:00:00Z", 1], ["2026-05-01T12:01:00Z"], ["noon", 2]],
        },
        {"Datastream": {"@iot.id": 18}, "components": ["result", "FeatureOfInterest/id"], "dataArray": [[3, 1]]},
    ]
    found = read(Format.SENSORTHINGS, body, Context(topic="v1.1/CreateObservations")).uplinks
    assert [one.device for one in found] == ["datastream/17"] * 3 + ["datastream/18"]
    assert [one.problem for one in found] == ["", "wrong-row", "unreadable-time", "field-not-taken"]


@pytest.mark.parametrize(
    ("format", "body", "part"),
    [
        (Format.THINGS_STACK, b"{", "body"),
        (Format.THINGS_STACK, b"[]", "body"),
        (Format.THINGS_STACK, b"\xff", "body"),
        (Format.THINGS_STACK, {}, "uplink_message"),
        (Format.THINGS_STACK, {"uplink_message": 7}, "uplink_message"),
        (Format.THINGS_STACK, {"uplink_message": {}}, "end_device_ids"),
        (
            Format.THINGS_STACK,
            {"uplink_message": {"received_at": "x"}, "end_device_ids": {"dev_eui": "1"}},
            "received_at",
        ),
        (Format.CHIRPSTACK, {}, "deviceInfo.devEui"),
        (Format.CHIRPSTACK, {"deviceInfo": []}, "deviceInfo"),
        (Format.AIRROHR, {"sensordatavalues": 7}, "sensordatavalues"),
        (Format.AIRROHR, {"sensordatavalues": [7]}, "sensordatavalues[0]"),
        (Format.OPENSENSEMAP, b"7", "body"),
        (Format.NGSI_LD, {"type": "Alert"}, "type"),
        (Format.NGSI_LD, {"type": "Notification", "data": {}}, "data"),
        (Format.SENSORTHINGS, {}, "Datastream"),
        (Format.SENSORTHINGS, b"[]", "body"),
        (Format.CSV, b"a;b", "source"),
    ],
)
def test_what_is_not_of_the_format_is_refused_by_its_part(format: str, body: Any, part: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(format, body, Context(query={"event": "up"}, headers={"x-sensor": "k"}))
    assert refused.value.part == part


def test_too_many_values_are_too_large() -> None:
    many = [{"sensor": "s", "value": 1}] * (documents.MAX_VALUES + 1)
    with pytest.raises(TooLarge):
        read(Format.OPENSENSEMAP, many)


def test_deep_and_long_values_are_refused() -> None:
    deep: Any = 1
    for _ in range(12):
        deep = {"a": deep}
    for value in (deep, {"list": [0] * 200}):
        body = json.loads(json.dumps(examples.THINGS_STACK))
        body["uplink_message"]["decoded_payload"] = value
        with pytest.raises(Invalid):
            read(Format.THINGS_STACK, body)
    with pytest.raises(Invalid):
        read(Format.THINGS_STACK, b'{"a":' * 100_000)


PARTS = """
end_device_ids dev_eui device_id uplink_message decoded_payload f_cnt received_at locations user latitude simulated
deviceInfo devEui object time fCnt sensordatavalues value_type value sensor createdAt location data id type observedAt
unitCode Datastream @iot.id components dataArray result phenomenonTime parameters x
"""
KEYS = st.sampled_from(PARTS.split())
WORDS = st.sampled_from(
    ["2026-05-01T12:00:00Z", "Property", "Notification", "GPS_lat", "Point", "HPM_P1", "-91", 10**30]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | WORDS
DOCUMENT = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
FORMATS = [format for format in Format if format != Format.CSV]
TOPICS = ("", "boxes/a/data", "a/b", "v1.1/Datastreams(1)/Observations", "CreateObservations", "x/event/up")
CONTEXT = st.builds(
    Context,
    headers=st.dictionaries(st.sampled_from(["x-sensor", "x-pin"]), st.text(max_size=4)),
    query=st.just({"event": "up"}),
    topic=st.sampled_from(TOPICS),
)


def names_its_part(format: str, body: Any, context: Context) -> bool:
    """Whether a payload is read, or refused with the part at fault (one that is too large has none)."""
    try:
        read(format, body, context)
    except OwlError as error:
        return bool(error.part) or error.status == 413
    return True


def grafted(document: Any, junk: Any, path: Iterable[int]) -> Any:
    """A document with junk in place of one of its parts."""
    copy = json.loads(json.dumps(document))
    place = copy
    for step in path:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = keys[step % len(keys)]
        if not isinstance(place[key], dict | list) or not place[key]:
            place[key] = junk
            return copy
        place = place[key]
    return copy


@pytest.mark.parametrize("format", FORMATS)
@given(document=DOCUMENT, context=CONTEXT)
@settings(deadline=None, max_examples=60)
def test_any_json_is_read_or_refused(format: str, document: Any, context: Context) -> None:
    assert names_its_part(format, document, context)


@pytest.mark.parametrize(
    ("format", "document"),
    [
        (Format.THINGS_STACK, examples.THINGS_STACK),
        (Format.CHIRPSTACK, examples.CHIRPSTACK),
        (Format.AIRROHR, examples.AIRROHR),
        (Format.OPENSENSEMAP, examples.OPENSENSEMAP),
        (Format.NGSI_LD, examples.NGSI_LD),
    ],
    ids=str,
)
@given(junk=DOCUMENT, path=st.lists(st.integers(0, 9), min_size=1, max_size=5))
@settings(deadline=None, max_examples=60)
def test_a_payload_with_a_spoiled_part_is_read_or_refused(
    format: str, document: Any, junk: Any, path: list[int]
) -> None:
    assert names_its_part(format, grafted(document, junk, path), UP)


@pytest.mark.parametrize("format", FORMATS)
@given(body=st.binary(max_size=40))
@settings(deadline=None, max_examples=30)
def test_any_bytes_are_read_or_refused(format: str, body: bytes) -> None:
    assert names_its_part(format, body, UP)

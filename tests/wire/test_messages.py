"""Messages: strict in every member, the same after a journey, and each found by its type."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from apps.wire import canonical, digests, keys, messages
from apps.wire.columns import columns
from apps.wire.errors import BadMessage

NOW = dt.datetime(2026, 11, 23, 6, 0, 0, 123456, tzinfo=dt.UTC)
AGREEMENT = "urn:uuid:8f14e45f-ceea-467f-8d3e-8b2f7a1c9d10"
REQUEST = "urn:uuid:0b2f9c1e-3a64-4f0e-9d55-5f6c1f0d2a77"
OWNER, CONSUMER = "did:web:127.0.0.1%3A8101", "did:web:127.0.0.1%3A8102"
DAYS = digests.day_digests(columns(stream=[8, 8, 9], time=[0, 90_000_000_000, 5], result=[1, 2, 3]))

NOTICE = messages.WithdrawalNotice(
    agreement=AGREEMENT, kind="withdrawn", owner=OWNER, consumer=CONSUMER, ended_at=NOW, delete_by=NOW
)
ROTATION = messages.KeyRotation(
    did=OWNER,
    old_keyid=f"{OWNER}#key-1",
    new_keyid=f"{OWNER}#key-2",
    new_key=keys.generate("new").verify_key.multibase,
    created_at=NOW,
    overlap_until=NOW + dt.timedelta(days=7),
    expires_at=NOW + dt.timedelta(days=365),
)
STREAM = messages.StreamDescription(
    stream=9, key="ds-1", name="Luft", statistic="mean", span_s=3600, thing="t", sensor="s", observed_property="p"
)
DESCRIPTION = messages.DatasetDescription(
    agreement=AGREEMENT,
    owner=OWNER,
    dataset="wetter",
    title={"de": "Wetter", "en": "Weather"},
    things=(messages.ThingDescription(key="t", name="Mast", location={"type": "Point", "coordinates": [8.5, 52.0]}),),
    sensors=(messages.SensorDescription(key="s", name="SHT31"),),
    observed_properties=(messages.ObservedPropertyDescription(key="p", name="Lufttemperatur"),),
    streams=(STREAM,),
)
ALL: list[messages.Message] = [
    messages.Hint(agreement=AGREEMENT, epoch=1, high=7),
    NOTICE,
    messages.Receipt(
        agreement=AGREEMENT,
        kind="withdrawn",
        owner=OWNER,
        consumer=CONSUMER,
        notice=NOTICE.digest(),
        rows_before=5,
        rows_deleted=5,
        rows_after=0,
        purged_at=NOW,
    ),
    messages.DigestReport.covering(
        DAYS,
        agreement=AGREEMENT,
        epoch=1,
        high=7,
        as_of=NOW,
        first_day=dt.date(1970, 1, 1),
        last_day=dt.date(1970, 1, 2),
    ),
    ROTATION,
    messages.CheckpointExchange(origin=OWNER, note="n", old_size=3, proof=("A" * 43 + "=",), cosignature="c"),
    DESCRIPTION,
    messages.RequestHandover(
        request=REQUEST,
        case="HF-2026-00042",
        received_at=NOW,
        language="de",
        law="uig",
        subject="Luft am Markt",
        text="Die Werte der letzten Woche",
    ),
    messages.RequestMessage(request=REQUEST, message=AGREEMENT, at=NOW, kind="answer", text="Hier sind sie"),
    messages.RequestChange(
        request=REQUEST,
        at=NOW,
        change="delivered",
        resolution="granted",
        files=(messages.RequestFile(file=REQUEST, name="luft.csv", size=3, digest="sha-256:" + "0" * 64),),
    ),
]


def test_every_kind_of_message_is_tried_here() -> None:
    assert {message.type for message in ALL} == set(messages.Message.kinds)


@pytest.mark.parametrize("message", ALL, ids=lambda message: message.type)
def test_a_message_survives_its_journey(message: messages.Message) -> None:
    travelled = json.loads(json.dumps(message.to_mapping()))
    assert messages.parse(travelled) == message
    assert messages.parse(travelled).digest() == message.digest() == canonical.digest(travelled)


@pytest.mark.parametrize("message", ALL, ids=lambda message: message.type)
def test_members_nobody_knows_are_refused_and_so_are_other_versions(message: messages.Message) -> None:
    for changed in ({"more": 1}, {"version": 2}, {"version": "1"}, {"version": True}):
        with pytest.raises(BadMessage):
            messages.parse(message.to_mapping() | changed)


@pytest.mark.parametrize("message", ALL, ids=lambda message: message.type)
def test_a_member_of_the_wrong_type_is_named(message: messages.Message) -> None:
    for name in message.to_mapping():
        if name not in {"type", "version"}:
            with pytest.raises(BadMessage) as caught:
                messages.parse(message.to_mapping() | {name: {"wrong": [1.5]}})
            assert caught.value.part
            assert caught.value.part.split(".")[0] in {name, "message"}


@pytest.mark.parametrize("value", [{}, {"type": "owl.unknown"}, {"type": 7}, {"type": "owl.hint"}])
def test_other_values_are_no_messages(value: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        messages.parse(value)


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        (ALL[0], {"agreement": "urn:uuid:8F14E45F-ceea-467f-8d3e-8b2f7a1c9d10"}),
        (ALL[0], {"high": -1}),
        (ALL[0], {"high": "7"}),
        (ALL[0], {"high": 7.5}),
        (NOTICE, {"ended_at": "2026-11-23T06:00:00"}),
        (NOTICE, {"ended_at": 1}),
        (NOTICE, {"kind": "forgotten"}),
        (NOTICE, {"owner": "https://a.example"}),
        (NOTICE, {"reason": "x" * 501}),
        (ALL[2], {"rows_after": 1}),
        (ALL[3], {"count": 4}),
        (ALL[3], {"rows_digest": "sha-256:" + "0" * 64}),
        (ALL[3], {"last_day": "1970-01-01"}),
        (ROTATION, {"new_keyid": f"{CONSUMER}#key-2"}),
        (ROTATION, {"new_keyid": f"{OWNER}#key-1"}),
        (ROTATION, {"new_key": "z6Mk" + "1" * 44}),
        (ROTATION, {"overlap_until": "2020-01-01T00:00:00Z"}),
        (DESCRIPTION, {"things": []}),
        (DESCRIPTION, {"streams": [STREAM.model_dump(mode="json")] * 2}),
        (DESCRIPTION, {"title": {"fr": "Temps"}}),
    ],
)
def test_messages_that_contradict_themselves_are_refused(message: messages.Message, changed: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        messages.parse(message.to_mapping() | changed)


@pytest.mark.parametrize("spelling", ["2026-11-23T07:00:00.123456+01:00", "2026-11-23 06:00:00.123456Z"])
def test_a_time_has_one_spelling(spelling: str) -> None:
    assert NOTICE.to_mapping()["ended_at"] == "2026-11-23T06:00:00.123456Z"
    with pytest.raises(BadMessage) as caught:
        messages.parse(NOTICE.to_mapping() | {"ended_at": spelling})
    assert caught.value.part == "ended_at"


@pytest.mark.parametrize("message", ALL, ids=lambda message: message.type)
def test_every_member_is_written(message: messages.Message) -> None:
    for name in message.to_mapping():
        fewer = {key: value for key, value in message.to_mapping().items() if key != name}
        with pytest.raises(BadMessage):
            messages.parse(fewer)


def test_a_report_gives_its_days_back() -> None:
    report = messages.DigestReport.of(ALL[3].to_mapping())
    assert report.day_digests() == DAYS
    assert report.rows_digest == digests.combine(DAYS)

"""The sink: what a source gets, what goes to quarantine, and how one message that breaks a batch is found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from apps.core import clock, heartbeats
from apps.core.errors import LeaseLost, Unavailable
from apps.ingest.mqtt import database
from apps.ingest.mqtt.database import DatabaseSink
from apps.ingest.mqtt.running import NAME
from apps.ingest.mqtt.types import Entry, Message
from apps.sensors.models import Observation, Quarantined
from apps.sources import services as sources
from apps.sources.models import Source
from apps.sources.types import Format, Taken, Transport, Uplink
from tests.sources import builders

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
EUI = "70b3d57ed0000001"


def _uplink(number: int, **values: Any) -> Message:
    moment = (START + timedelta(minutes=number)).isoformat()
    body = {
        "end_device_ids": {
            "device_id": "mast",
            "application_ids": {"application_id": "city"},
            "dev_eui": EUI.upper(),
        },
        "received_at": moment,
        "uplink_message": {
            "f_cnt": number,
            "f_port": 1,
            "frm_payload": "AAE=",
            "decoded_payload": values or {"temperature": 20 + number},
            "received_at": moment,
        },
    }
    return Message("v3/city/devices/mast/up", json.dumps(body).encode(), mid=number + 1, received_at=clock.now())


@pytest.fixture
def source(db: None) -> Source:
    """A source whose device is mapped."""
    made = builders.source("lora", transport=Transport.MQTT)
    builders.mapped(made, "temperature", device=EUI)
    return made


@pytest.fixture
def sink(source: Source) -> DatabaseSink:
    """A sink that knows the source."""
    made = DatabaseSink(heartbeats.begin(NAME, at=clock.now()))
    made.subscriptions.refresh()
    return made


def _entries(sink: DatabaseSink, *messages: Message) -> list[Entry]:
    return [sink.read(message) for message in messages]


def _results() -> list[float | None]:
    return list(Observation.objects.order_by("result").values_list("result", flat=True))


def test_uplinks_become_observations_and_again_they_change_nothing(sink: DatabaseSink) -> None:
    entries = _entries(sink, *[_uplink(number) for number in range(3)])
    assert [entry.readings for entry in entries] == [1, 1, 1]
    sink.store(entries)
    sink.store(_entries(sink, *[_uplink(number) for number in range(4)]))
    assert _results() == [20.0, 21.0, 22.0, 23.0]
    assert Quarantined.objects.count() == 0


def test_one_topic_of_two_sources_goes_to_both(sink: DatabaseSink) -> None:
    builders.source("other", transport=Transport.MQTT)
    sink.subscriptions.refresh()
    sink.store(_entries(sink, _uplink(0)))
    assert _results() == [20.0]
    assert Quarantined.objects.get().source == "source:other"


def test_a_topic_of_nobody_is_kept(sink: DatabaseSink) -> None:
    sink.store(_entries(sink, Message("x/y", b"\xff"), Message("x/z", b"text")))
    rows = Quarantined.objects.order_by("pk")
    assert [(row.source, row.reason) for row in rows] == [("mqtt", "unknown-topic")] * 2
    assert json.loads(rows[1].payload) == {"topic": "x/z", "raw": "text"}


def test_an_announcement_does_not_come_back_in(sink: DatabaseSink) -> None:
    sink.store(_entries(sink, Message("v3/city/devices/mast/up", b"{}", is_ours=True)))
    assert Quarantined.objects.count() == 0


def test_a_source_switched_off_meanwhile_takes_nothing_and_loses_nothing(sink: DatabaseSink, source: Source) -> None:
    entries = _entries(sink, _uplink(0))
    entries[0].content[0].source.enabled = False  # type: ignore[index]
    sink.store(entries)
    assert _results() == []
    assert Quarantined.objects.get().reason == "source-disabled"


def test_the_one_message_that_breaks_a_batch_is_found(sink: DatabaseSink, monkeypatch: pytest.MonkeyPatch) -> None:
    take = sources.take

    def breaking(*, source: Source, uplinks: Sequence[Uplink], at: datetime) -> Taken:
        if any(uplink.values.get("temperature") == 23 for uplink in uplinks):
            raise ZeroDivisionError
        return take(source=source, uplinks=uplinks, at=at)

    monkeypatch.setattr(sources, "take", breaking)
    sink.store(_entries(sink, *[_uplink(number) for number in range(6)]))
    assert _results() == [20.0, 21.0, 22.0, 24.0, 25.0]
    row = Quarantined.objects.get()
    assert (row.source, row.reason, row.detail) == ("source:lora", "not-storable", "ZeroDivisionError")


def test_an_error_of_the_database_is_an_outage_until_it_keeps_coming_from_one_message(
    sink: DatabaseSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(*, source: Source, uplinks: Sequence[Uplink], at: datetime) -> Taken:
        raise OperationalError

    answers = [False, False, True]
    monkeypatch.setattr(sources, "take", breaking)
    monkeypatch.setattr(database, "_answers", lambda: answers.pop(0) if answers else True)
    entries = _entries(sink, _uplink(0))
    for _ in range(2):
        with pytest.raises(Unavailable):
            sink.store(entries)
    assert Quarantined.objects.count() == 0
    sink.store(entries)
    assert Quarantined.objects.get().reason == "not-storable"


def test_what_has_no_time_is_known_when_it_comes_again_also_to_the_next_process(db: None) -> None:
    stream = builders.stream("school/mast", unit="")
    sources.create_source(
        slug="school",
        name="School",
        format=Format.SENSORTHINGS,
        transport=Transport.MQTT,
        direct_prefix="school/",
        options={"topics": "create/#"},
    )
    first = DatabaseSink(heartbeats.begin(NAME, at=clock.now()))
    first.subscriptions.refresh()
    topic = f"create/v1.1/Datastreams({stream})/Observations"

    def message(mid: int, *, again: bool = False) -> Message:
        return Message(topic, b'{"result": 5}', mid=mid, again=again, received_at=clock.now())

    first.store(_entries(first, message(1), message(2)))
    assert Observation.objects.count() == 2
    first.store(_entries(first, message(1, again=True)))
    assert Observation.objects.count() == 2
    second = DatabaseSink(heartbeats.begin(NAME, at=clock.now()))
    second.subscriptions.refresh()
    second.recall()
    second.store(_entries(second, message(2, again=True), message(3, again=True), message(1)))
    assert Observation.objects.count() == 4
    with pytest.raises(LeaseLost):
        first.store(_entries(first, message(4)))
    assert Observation.objects.count() == 4

"""Alarms of silence: one row when a sensor stops, closed when it speaks again, however often the tick runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core.errors import Invalid
from apps.sensors import services as sensors
from apps.sensors.models import Datastream
from apps.sources import selectors, services
from apps.sources.models import SilenceAlarm, SourceDevice
from apps.sources.types import Format
from tests.sensors.builders import readings
from tests.sources.builders import START, mapped, source, stream, uplink

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def heard_device() -> SourceDevice:
    """A device that should speak every ten minutes, heard at the start."""
    row = source()
    mapped(row)
    services.take(source=row, uplinks=[uplink()], at=START)
    device = SourceDevice.objects.get()
    services.expect(device=device, interval_s=600)
    return device


def test_a_silent_device_raises_one_alarm_and_closes_it_when_it_speaks() -> None:
    device = heard_device()
    assert services.tick(at=START + 1200 * SECOND) == ""
    for _ in range(2):
        services.tick(at=START + 1201 * SECOND)
    alarm = SilenceAlarm.objects.get()
    assert (alarm.device, alarm.opened_at, alarm.last_heard_at) == (device, START + 1201 * SECOND, START)
    assert [one.pk for one in selectors.open_alarms()] == [alarm.pk]
    assert [one.device_id for one in selectors.silent_now(at=START + 1201 * SECOND)] == [device.pk]
    services.take(source=device.source, uplinks=[uplink(25)], at=START + 1500 * SECOND)
    for _ in range(2):
        services.tick(at=START + 1530 * SECOND)
    alarm.refresh_from_db()
    assert alarm.closed_at == START + 1500 * SECOND
    services.tick(at=START + 3000 * SECOND)
    assert SilenceAlarm.objects.count() == 2


def test_a_device_that_may_be_silent_raises_none() -> None:
    device = heard_device()
    services.tick(at=START + 2000 * SECOND)
    services.expect(device=device, interval_s=None)
    services.tick(at=START + 2030 * SECOND)
    assert SilenceAlarm.objects.get().closed_at is not None
    assert selectors.silent_now(at=START + 9999 * SECOND) == []


def test_a_source_that_is_switched_off_is_not_missed() -> None:
    device = heard_device()
    services.change_source(source=device.source, enabled=False)
    services.tick(at=START + 9999 * SECOND)
    assert not SilenceAlarm.objects.exists()


def test_an_interval_of_nothing_is_refused() -> None:
    device = heard_device()
    for wrong in (0, -1, 10**9):
        with pytest.raises(Invalid):
            services.expect(device=device, interval_s=wrong)


def test_a_datastream_fed_in_another_way_is_watched_by_itself() -> None:
    one = stream()
    Datastream.objects.filter(pk=one).update(expected_interval_s=60)
    sensors.record(readings=readings(one, [0], [1.0]), source="ingest:gateway", at=START)
    for _ in range(2):
        services.tick(at=START + 121 * SECOND)
    alarm = SilenceAlarm.objects.get()
    assert (alarm.datastream_id, alarm.device_id) == (one, None)
    sensors.record(readings=readings(one, [1], [1.0]), source="ingest:gateway", at=START + 200 * SECOND)
    services.tick(at=START + 210 * SECOND)
    alarm.refresh_from_db()
    assert alarm.closed_at == START + 200 * SECOND


def test_what_came_in_a_table_ends_and_is_not_silent_for_that() -> None:
    row = source("tabelle", format=Format.CSV)
    mapped(row, "Temperatur", device="tabelle")
    services.take(source=row, uplinks=[uplink(device="tabelle", values={"Temperatur": 21.5})], at=START)
    device, stream_id = SourceDevice.objects.get(), Datastream.objects.get().pk
    services.expect(device=device, interval_s=600)
    services.tick(at=START + 9999 * SECOND)
    services.expect(device=device, interval_s=None)
    Datastream.objects.update(expected_interval_s=600)
    services.tick(at=START + 9999 * SECOND)
    assert not SilenceAlarm.objects.exists()
    assert selectors.imported([stream_id]) == {stream_id}


def test_an_alarm_about_a_recording_is_closed() -> None:
    one, other = stream("a/1"), stream("b/1")
    Datastream.objects.update(expected_interval_s=60)
    for each in (one, other):
        sensors.record(readings=readings(each, [0], [1.0]), source="replay", at=START)
    services.tick(at=START + 9999 * SECOND)
    Datastream.objects.filter(pk=one).update(properties={"source": "recording"})
    services.tick(at=START + 10000 * SECOND)
    assert [alarm.datastream_id for alarm in selectors.open_alarms()] == [other]
    assert selectors.imported([one, other]) == {one}


def test_recordings_and_datastreams_of_a_watched_device_raise_no_alarm_of_their_own() -> None:
    device = heard_device()
    recorded = stream("bicycle/1")
    Datastream.objects.filter(pk=recorded).update(properties={"source": "recording"})
    sensors.record(readings=readings(recorded, [0], [1.0]), source="recording", at=START)
    Datastream.objects.update(expected_interval_s=60)
    services.tick(at=START + 9999 * SECOND)
    assert [alarm.device for alarm in SilenceAlarm.objects.all()] == [device]

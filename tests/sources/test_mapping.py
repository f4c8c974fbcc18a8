"""Learning: what waits is mapped by a person and taken in after all – once, also after a kill."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.core.errors import Invalid, NotFound
from apps.ingest import replays
from apps.sensors import services as sensors
from apps.sensors.models import Datastream, Observation, Quarantined, Thing
from apps.sensors.types import Place
from apps.sources import selectors, services
from apps.sources.models import Candidate, Mapping, Replaying, SourceDevice
from apps.sources.services import replaying
from apps.sources.types import ConversionName
from tests.sensors.builders import replica_streams
from tests.sources.builders import DEVICE, MINUTE, START, mapped, new_stream, source, stream, target, uplink

pytestmark = pytest.mark.django_db
LATER = START + timedelta(hours=1)


def waiting(row: Any, count: int = 3, key: str = "temperature", **more: Any) -> None:
    """So many values that nobody has mapped."""
    sent = [uplink(minute, values={key: 20.0 + minute}, counter=f"{key}{minute}", **more) for minute in range(count)]
    services.take(source=row, uplinks=sent, at=START)


def test_what_waited_is_taken_in_with_its_own_time_once_it_is_mapped() -> None:
    row = source()
    waiting(row)
    assert [one.payload_key for one in selectors.candidates(row)] == ["temperature"]
    mapping = mapped(row)
    assert services.replay_due(at=LATER) == 3
    found = Observation.objects.filter(datastream=mapping.datastream_id).order_by("phenomenon_time")
    assert [(one.phenomenon_time, one.result) for one in found] == [
        (START + minute * MINUTE, 20.0 + minute) for minute in range(3)
    ]
    assert set(Quarantined.objects.values_list("state", flat=True)) == {"replayed"}
    assert not Candidate.objects.exists()
    assert services.replay_due(at=LATER) == 0
    assert Replaying.objects.get().next_attempt_at is None


def test_a_new_thing_and_datastream_are_registered_for_a_key() -> None:
    row = source()
    waiting(row, place=(8.5, 52.0), device_name="Mast am Markt")
    mapping = mapped(row, new=new_stream(expected_interval_s=600))
    made = target(mapping)
    assert (made.external_key, made.unit_symbol) == (f"lora/{DEVICE}/temperature", "°C")
    assert made.observation_type.endswith("OM_Measurement")
    assert made.thing.location is not None
    assert (made.thing.name, made.thing.location.longitude) == ("Mast am Markt", 8.5)
    device = SourceDevice.objects.get()
    assert (device.thing, device.expected_interval_s) == (made.thing, 600)
    services.replay_due(at=LATER)
    assert Observation.objects.count() == 3


def test_a_second_key_of_a_device_joins_its_thing_and_leaves_it_as_it_is() -> None:
    row = source()
    waiting(row)
    mapped(row, new=new_stream(place=Place(name="Markt", longitude=8.5, latitude=52.0)))
    Thing.objects.update(name="Umbenannt", description="von Hand")
    mapped(row, "humidity", new=new_stream(name="Humidity", unit_symbol="%"), unit="%")
    thing = Thing.objects.get()
    assert (thing.name, thing.description, thing.datastreams.count()) == ("Umbenannt", "von Hand", 2)
    assert thing.location is not None
    assert thing.historical_locations.count() == 1


def test_a_wildcard_takes_in_what_waits_of_every_device() -> None:
    row = source()
    waiting(row)
    waiting(row, device="other")
    mapped(row, device="*")
    assert services.replay_due(at=LATER) == 6


def test_only_what_was_mapped_is_taken_in() -> None:
    row, other = source(), source("other")
    for one in (row, other):
        waiting(one)
        waiting(one, key="humidity")
        waiting(one, device="b")
    mapped(row)
    assert services.replay_due(at=LATER) == 3
    assert Quarantined.objects.filter(state="waiting").count() == 15
    assert Candidate.objects.filter(source=row).count() == 2


def test_what_is_not_wanted_is_set_aside() -> None:
    row = source()
    waiting(row)
    services.ignore_key(source=row, device_key=DEVICE, payload_key="temperature", at=START)
    assert services.replay_due(at=LATER) == 3
    assert set(Quarantined.objects.values_list("state", flat=True)) == {"dismissed"}


def test_a_killed_replay_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "BLOCK", 2)
    row = source()
    waiting(row, 7)
    mapped(row)
    calls: list[int] = []
    original = sensors.replay

    def dies(**words: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit
        return original(**words)

    with monkeypatch.context() as broken:
        broken.setattr(sensors, "replay", dies)
        with pytest.raises(SystemExit):
            services.replay_due(at=LATER)
    assert Observation.objects.count() == 4
    assert services.replay_due(at=LATER) == 0  # the lease of the dead worker still runs
    assert services.replay_due(at=LATER + timedelta(minutes=5)) == 3
    assert Observation.objects.count() == 7


def test_a_long_replay_is_done_in_parts_and_looks_once_more_after_the_mapping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "BLOCK", 2)
    monkeypatch.setattr(replaying, "BLOCKS_A_RUN", 2)
    row = source()
    waiting(row, 5)
    mapped(row)
    assert [services.replay_due(at=START) for _ in range(2)] == [4, 1]
    assert Replaying.objects.get().next_attempt_at == START + replaying.SETTLES
    services.replay_due(at=START + replaying.SETTLES)
    assert Replaying.objects.get().next_attempt_at is None


def test_values_that_still_do_not_fit_go_on_waiting() -> None:
    row = source()
    services.take(source=row, uplinks=[uplink(values={"temperature": "kaputt"}), uplink(1)], at=START)
    mapping = mapped(row)
    assert services.replay(mapping=mapping, at=LATER) == 1
    assert Quarantined.objects.get(state="waiting").replays == 1


def test_the_command_for_the_quarantine_replays_what_came_from_a_source() -> None:
    row = source()
    waiting(row)
    mapped(row)
    ids = list(Quarantined.objects.values_list("pk", flat=True))
    assert len(replays.replay(ids=ids, mapping={}).replayed) == 3


def test_replayed_values_are_converted_and_judged() -> None:
    row = source()
    services.take(source=row, uplinks=[uplink(values={"temperature": 400.0})], at=START)
    mapping = mapped(row, unit="K", conversion=ConversionName.KELVIN)
    services.set_rule(observed_property=target(mapping).observed_property, maximum=60.0)
    services.replay(mapping=mapping, at=LATER)
    found = Observation.objects.get()
    assert (found.result, (found.extra or {})["quality"]["rules"]) == (126.85, ["range"])


@pytest.mark.parametrize(
    ("unit", "stored", "conversion"),
    [
        ("%", "V", ConversionName.NONE),
        ("", "V", ConversionName.NONE),
        ("Pa", "hPa", ConversionName.NONE),
        ("hPa", "hPa", ConversionName.PASCAL),
        ("K", "K", ConversionName.KELVIN),
    ],
)
def test_a_percentage_never_lands_in_a_voltage(unit: str, stored: str, conversion: str) -> None:
    row = source()
    volts = stream(unit=stored)
    with pytest.raises(Invalid) as refused:
        mapped(row, datastream=volts, unit=unit, conversion=conversion)
    assert (refused.value.code, refused.value.part) == ("unit-mismatch", "unit")
    with pytest.raises(Invalid):
        mapped(row, new=new_stream(unit_symbol=stored), unit=unit, conversion=conversion)
    assert not Mapping.objects.exists()
    assert Datastream.objects.count() == 1


@pytest.mark.parametrize(("unit", "stored"), [("µg/m³", "μg/m³"), ("℃", "°C"), ("", "1"), (" V ", "V")])
def test_units_that_only_look_different_are_the_same(unit: str, stored: str) -> None:
    assert mapped(source(), datastream=stream(unit=stored), unit=unit).pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": "", "new": new_stream()},
        {"device": "x" * 201, "new": new_stream()},
        {"device": "*", "new": new_stream()},
        {"new": new_stream(name=" ")},
        {"datastream": None, "new": None},
        {"datastream": 1, "new": new_stream()},
        {"new": new_stream(), "conversion": "magic"},
        {"new": new_stream(), "conversion": "linear", "factor": 0.0},
        {"new": new_stream(), "conversion": "linear", "factor": float("nan")},
    ],
)
def test_impossible_mappings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        mapped(source(), **wrong)


def test_only_this_nodes_own_datastreams_can_be_named() -> None:
    row = source()
    for foreign in (*replica_streams(1), 10**6):
        with pytest.raises(NotFound):
            mapped(row, datastream=foreign)


def test_a_mapping_taken_back_lets_later_values_wait_again() -> None:
    row = source()
    mapping = mapped(row)
    services.take(source=row, uplinks=[uplink()], at=START)
    services.unmap_key(mapping=mapping)
    assert services.take(source=row, uplinks=[uplink(1)], at=START).quarantined == 1
    assert Observation.objects.count() == 1

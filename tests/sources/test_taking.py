"""take: what is mapped is stored, what is not waits, nothing is lost and nothing counted twice."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import NotPermitted
from apps.sensors.models import Batch, Observation, Quarantined
from apps.sources import services
from apps.sources.models import Candidate, Source, SourceDevice, SourceHour
from apps.sources.types import ConversionName, Taken, Uplink
from tests.sources.builders import DEVICE, MINUTE, START, mapped, source, stream, uplink

pytestmark = pytest.mark.django_db


@pytest.fixture
def fuzzed() -> Source:
    """A source with one mapping."""
    row = source("fuzz")
    mapped(row)
    return row


def take(row: Any, *uplinks: Uplink, at: datetime = START + 60 * MINUTE) -> Taken:
    """The account of these uplinks."""
    return services.take(source=row, uplinks=uplinks, at=at)


def test_mapped_values_are_stored_in_one_batch() -> None:
    row = source()
    mapping = mapped(row)
    taken = take(row, *(uplink(minute) for minute in range(50)))
    assert (taken.accepted, taken.quarantined, taken.duplicates) == (50, 0, 0)
    assert Observation.objects.filter(datastream=mapping.datastream_id, result=21.5).count() == 50
    assert [batch.source for batch in Batch.objects.all()] == ["source:lora"]
    assert {outcome.stored for outcome in taken.outcomes} == {1}


def test_unknown_devices_and_keys_wait_and_are_listed_with_an_example() -> None:
    row = source()
    mapped(row)
    raw = '{"end_device_ids":{}}'
    taken = take(
        row,
        uplink(0, values={"temperature": 20.0, "battery": 3.6, "door": "open"}, units={"battery": "V"}, raw=raw),
        uplink(1, device="unknown", device_name="Neu", values={"temperature": 5, "battery": 3.5}),
        uplink(2, values={"temperature": 20.0, "battery": 3.7}),
    )
    assert (taken.accepted, taken.quarantined) == (2, 5)
    reasons = Quarantined.objects.values_list("reason", flat=True)
    assert sorted(reasons) == ["unknown-device"] * 2 + ["unknown-key"] * 3
    kept = json.loads(Quarantined.objects.get(payload__contains='"door"', reason="unknown-key").payload)
    assert kept["value"] == "open"
    assert kept["raw"] == raw
    listed = Candidate.objects.values_list("device_key", "payload_key", "example", "unit", "count", "device_name")
    assert sorted(listed) == [
        (DEVICE, "battery", "3.7", "", 2, ""),
        (DEVICE, "door", '"open"', "", 1, ""),
        ("unknown", "battery", "3.5", "", 1, "Neu"),
        ("unknown", "temperature", "5", "", 1, "Neu"),
    ]


def test_a_source_that_does_not_learn_keeps_but_lists_nothing() -> None:
    row = source(learning=False)
    assert take(row, uplink()).quarantined == 1
    assert Quarantined.objects.count() == 1
    assert not Candidate.objects.exists()


def test_the_same_uplink_again_changes_nothing() -> None:
    row = source()
    mapped(row)
    sent = [uplink(0, counter="17@x", values={"temperature": 1.0, "new": 2})]
    assert take(row, *sent).duplicates == 0
    again = take(row, *sent, at=START + timedelta(hours=24))
    assert (again.duplicates, again.accepted, again.unchanged, again.quarantined) == (1, 0, 0, 0)
    assert again.outcomes[0].duplicate
    assert Candidate.objects.get().count == 1
    assert Quarantined.objects.count() == 1


def test_the_same_uplink_twice_in_one_call_is_taken_once() -> None:
    row = source()
    mapped(row)
    taken = take(row, uplink(counter="1"), uplink(counter="1"), uplink(1, counter="2"))
    assert (taken.accepted, taken.duplicates) == (2, 1)


def test_the_counter_of_one_device_or_source_is_not_that_of_another() -> None:
    one, other = source(), source("other")
    for row in (one, other):
        mapped(row)
    assert take(one, uplink(counter="1"), uplink(device="b", counter="1")).duplicates == 0
    assert take(other, uplink(counter="1")).duplicates == 0


def test_a_forgotten_counter_is_still_known_by_its_time() -> None:
    row = source()
    mapped(row)
    sent = uplink(counter="1", remember_s=60)
    take(row, sent)
    again = take(row, sent, at=START + 120 * MINUTE)
    assert (again.duplicates, again.unchanged) == (0, 1)
    assert take(row, sent, at=START + 121 * MINUTE).duplicates == 0
    services.tick(at=START + 999 * MINUTE)
    assert take(row, sent, at=START + 999 * MINUTE).duplicates == 0


def test_what_is_rolled_back_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    row = source()
    mapped(row)
    with monkeypatch.context() as broken:
        broken.setattr("apps.sources.services.noting.count", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take(row, uplink(counter="1"))
    assert not Observation.objects.exists()
    assert take(row, uplink(counter="1")).accepted == 1


@pytest.mark.parametrize(
    ("conversion", "unit", "stored", "value", "expected"),
    [
        (ConversionName.KELVIN, "K", "°C", 294.65, 21.5),
        (ConversionName.PASCAL, "Pa", "hPa", 101325, 1013.25),
        (ConversionName.FAHRENHEIT, "°F", "°C", 70.7, 21.5),
        (ConversionName.MILLIVOLT, "mV", "V", 3612, 3.612),
        (ConversionName.FRACTION, "1", "%", 0.55, 55.0),
        (ConversionName.KMH, "km/h", "m/s", 36, 10.0),
        (ConversionName.TRUTH, "", "1", True, 1.0),
        (ConversionName.NONE, "", "", -0.0, 0.0),
    ],
)
def test_units_are_converted(conversion: str, unit: str, stored: str, value: Any, expected: float) -> None:
    row = source()
    mapped(row, datastream=stream(unit=stored), unit=unit, conversion=conversion)
    assert take(row, uplink(values={"temperature": value})).accepted == 1
    assert Observation.objects.get().result == expected


def test_a_factor_and_an_offset_of_ones_own() -> None:
    row = source()
    mapped(row, unit="mA", conversion=ConversionName.LINEAR, factor=0.5, offset=-10)
    take(row, uplink(values={"temperature": 63}))
    assert Observation.objects.get().result == 21.5


def test_a_value_in_another_unit_than_mapped_waits() -> None:
    row = source()
    mapped(row)
    taken = take(row, uplink(units={"temperature": "%"}))
    assert (taken.accepted, taken.quarantined) == (0, 1)
    assert Quarantined.objects.get().reason == "unit-mismatch"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no-value"),
        (math.nan, "not-finite"),
        (math.inf, "not-finite"),
        (10**400, "not-finite"),
        ("21.5", "wrong-type"),
        (True, "wrong-type"),
        ({"a": 1}, "wrong-type"),
    ],
)
def test_what_is_no_number_waits_and_costs_no_other(value: Any, reason: str) -> None:
    row = source()
    mapped(row)
    taken = take(row, uplink(values={"temperature": value}), uplink(1))
    assert (taken.accepted, taken.quarantined) == (1, 1)
    assert taken.outcomes[0].reason == reason
    assert Quarantined.objects.get().reason == reason


def test_words_go_where_words_may_go() -> None:
    row = source()
    mapped(row, "door", datastream=stream("mast/door", unit="", kind="OM_Observation"), unit="")
    take(row, uplink(values={"door": "offen"}))
    assert Observation.objects.get().extra == {"result": "offen"}


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        (datetime(2026, 5, 1), "naive-time"),  # noqa: DTZ001 - what a careless reader would hand over
        (START + timedelta(days=3), "time-in-future"),
        (datetime.fromisoformat("1960-01-01T00:00:00+00:00"), "time-out-of-range"),
    ],
)
def test_impossible_times_wait(time: datetime, reason: str) -> None:
    row = source()
    mapped(row)
    assert take(row, Uplink(device=DEVICE, time=time, values={"temperature": 1})).quarantined == 1
    assert Quarantined.objects.get().reason == reason


def test_without_a_time_the_arrival_counts_and_single_keys_may_have_their_own() -> None:
    row = source()
    first, second = mapped(row), mapped(row, "other")
    own = START - 5 * MINUTE
    sent = Uplink(device=DEVICE, values={"temperature": 1, "other": 2}, times={"other": own})
    take(row, sent, at=START)
    found = dict(Observation.objects.values_list("datastream_id", "phenomenon_time"))
    assert found == {first.datastream_id: START, second.datastream_id: own}


def test_a_contradiction_within_one_call_is_told_and_kept() -> None:
    row = source()
    mapped(row)
    taken = take(
        row, uplink(values={"temperature": 1}), uplink(values={"temperature": 2}), uplink(values={"temperature": 2})
    )
    assert (taken.accepted, taken.unchanged, taken.quarantined) == (1, 1, 1)
    assert Quarantined.objects.get().reason == "superseded"


def test_an_uplink_that_could_not_be_read_is_kept_as_a_whole() -> None:
    row = source()
    sent = Uplink(device=DEVICE, problem="no-decoder", detail="no decoded_payload", raw="{}")
    taken = take(row, sent, Uplink(device=DEVICE))
    assert (taken.quarantined, [one.reason for one in taken.outcomes]) == (2, ["no-decoder", "no-values"])
    assert set(Quarantined.objects.values_list("reason", flat=True)) == {"no-decoder", "no-values"}


def test_a_source_that_is_switched_off_takes_nothing() -> None:
    row = source()
    services.change_source(source=row, enabled=False)
    with pytest.raises(NotPermitted):
        take(row, uplink())


def test_devices_and_hours_are_noted() -> None:
    row = source()
    mapped(row)
    take(row, uplink(0, counter="1", place=(8.5, 52.0), device_name="Mast"), uplink(1, counter="2"), at=START)
    take(row, uplink(1, counter="2"), uplink(2, counter="3"), at=START + MINUTE)
    device = SourceDevice.objects.get(key=DEVICE)
    assert (device.uplinks, device.last_counter, device.longitude, device.name) == (3, "3", 8.5, "Mast")
    assert device.last_seen_at == START + MINUTE
    hour = SourceHour.objects.get()
    assert (hour.uplinks, hour.stored, hour.duplicates) == (4, 3, 1)
    row.refresh_from_db()
    assert row.last_seen_at == START + MINUTE


def test_a_wildcard_holds_for_every_device_without_a_mapping_of_its_own() -> None:
    row = source()
    shared, own = mapped(row, device="*"), mapped(row, device="b")
    take(row, uplink(0, device="a"), uplink(1, device="b"), uplink(2, device="c"))
    assert Observation.objects.filter(datastream=shared.datastream_id).count() == 2
    assert Observation.objects.filter(datastream=own.datastream_id).count() == 1


def test_values_that_nobody_wants_are_counted_and_not_kept() -> None:
    row = source()
    mapped(row)
    services.ignore_key(source=row, device_key=DEVICE, payload_key="rssi", at=START)
    taken = take(row, uplink(values={"temperature": 1, "rssi": -90}))
    assert (taken.accepted, taken.ignored, taken.quarantined) == (1, 1, 0)


def test_datastreams_are_named_directly_only_as_far_as_the_source_may() -> None:
    may, may_not = stream("lora/a"), stream("else/b")
    row = source(direct_prefix="lora/")
    sent = [Uplink(device=f"datastream/{one}", time=START, values={"result": 5}) for one in (may, may_not, 10**12)]
    taken = take(row, *sent)
    assert (taken.accepted, taken.quarantined) == (1, 2)
    assert Observation.objects.get().datastream_id == may
    assert take(source("closed"), *sent).accepted == 0
    assert take(source("open", direct_prefix="*"), *sent).accepted == 1


TEXT = st.text(max_size=8) | st.sampled_from(["temperature", "a\0b", "\ud800", "x" * 300, ""])
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.lists(st.integers(), max_size=2)
MOMENTS = st.none() | st.datetimes() | st.datetimes(timezones=st.timezones())
UPLINK = st.builds(
    Uplink,
    device=TEXT | st.just(DEVICE),
    device_name=TEXT,
    time=MOMENTS,
    counter=TEXT,
    values=st.dictionaries(TEXT, SCALAR, max_size=4),
    raw=TEXT,
    units=st.dictionaries(TEXT, TEXT, max_size=2),
    span=st.integers(0, 2**31 - 1),
    place=st.none() | st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
)


@given(uplinks=st.lists(UPLINK, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_comes_every_value_is_accounted_for(fuzzed: Source, uplinks: list[Uplink]) -> None:
    taken = services.take(source=fuzzed, uplinks=uplinks, at=START)
    pieces = 0
    for one, outcome in zip(uplinks, taken.outcomes, strict=True):
        whole = outcome.quarantined == 1 and not outcome.stored and len(one.values) != 1
        assert outcome.duplicate or whole or outcome.stored + outcome.quarantined + outcome.ignored == len(one.values)
        pieces += outcome.stored + outcome.quarantined + outcome.ignored
    assert pieces == taken.accepted + taken.corrected + taken.unchanged + taken.ignored + taken.quarantined

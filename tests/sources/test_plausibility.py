"""Plausibility: what breaks a rule is stored with a doubt; runs and jumps are followed over batches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from apps.core.errors import Invalid
from apps.sensors import services as sensors
from apps.sensors.models import Correction, Datastream, Observation
from apps.sensors.types import Readings
from apps.sources import services
from apps.sources.services.plausibility import rules
from tests.sensors.builders import at, readings
from tests.sources.builders import START, mapped, source, stream, uplink

pytestmark = pytest.mark.django_db


def rule(one: int, **limits: Any) -> None:
    """A rule for the property that a datastream observes."""
    services.set_rule(observed_property=Datastream.objects.get(pk=one).observed_property, **limits)


def broken(rows: Readings) -> list[list[str]]:
    """Which rules each reading breaks."""
    return [json.loads(text)["quality"]["rules"] if text else [] for text in rows.extra or [None] * len(rows)]


def kept(one: int, minutes: Sequence[float], values: Sequence[float | None]) -> list[list[str]]:
    """Assess and record; the rules that each reading broke."""
    rows = services.assess(readings=readings(one, minutes, values))
    sensors.record(readings=rows, source="test")
    return broken(rows)


def test_without_a_rule_readings_come_back_untouched_and_without_a_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows = readings(stream(), [0], [999.0])
    rules.forget()  # what another test had switched on is gone with its rows
    rules.active()
    with django_assert_num_queries(0):
        assert services.assess(readings=rows) is rows


def test_values_outside_the_range_are_doubted_the_limits_are_not() -> None:
    one = stream()
    rule(one, minimum=-30.0, maximum=45.0)
    found = kept(one, [0, 1, 2, 3, 4], [-30.0, 45.0, -30.5, 46.0, None])
    assert found == [[], [], ["range"], ["range"], []]
    assert Observation.objects.count() == 5
    assert Observation.objects.get(result=46.0).extra == {"quality": {"flag": "suspect", "rules": ["range"]}}


def test_a_jump_is_doubted_within_a_batch_and_over_batches() -> None:
    one = stream()
    rule(one, max_jump=5.0, jump_seconds=600)
    assert kept(one, [0, 1, 2], [20.0, 26.0, 25.0]) == [[], ["jump"], []]
    assert kept(one, [3], [19.0]) == [["jump"]]
    assert kept(one, [4], [20.0]) == [[]]
    assert kept(one, [24], [29.9]) == [[]]  # twenty minutes allow twice as much
    assert kept(one, [34], [35.5]) == [["jump"]]


def test_a_jump_looks_at_the_reading_before_in_time_not_at_the_latest() -> None:
    one = stream()
    rule(one, max_jump=5.0, jump_seconds=600)
    kept(one, [0, 10], [0.0, 50.0])
    assert kept(one, [1], [1.0]) == [[]]


def test_a_stuck_sensor_is_doubted_over_batches_until_it_moves() -> None:
    one = stream()
    rule(one, stuck_readings=4)
    assert kept(one, [0, 1, 2], [7.0, 7.0, 7.0]) == [[], [], []]
    assert kept(one, [3], [7.0]) == [["stuck"]]
    assert kept(one, [4, 5, 6], [7.0, 8.0, 8.0]) == [["stuck"], [], []]
    assert kept(one, [7], [8.0]) == [[]]
    assert kept(one, [8], [8.0]) == [["stuck"]]


def test_a_stuck_sensor_by_time() -> None:
    one = stream()
    rule(one, stuck_seconds=600)
    assert kept(one, [0, 9], [7.0, 7.0]) == [[], []]
    assert kept(one, [10, 11], [7.0, 8.0]) == [["stuck"], []]
    assert kept(one, [30], [8.0]) == [["stuck"]]


def test_every_datastream_is_judged_by_its_own_past() -> None:
    one, other = stream("a/t"), stream("b/t")
    rule(one, max_jump=5.0, jump_seconds=600, stuck_readings=3)
    for minute in (0, 1):
        rows = readings([one, other], [minute, minute], [1.0, 100.0 + minute])
        assert services.assess(readings=rows).extra is None
        sensors.record(readings=rows, source="test")
    rows = services.assess(readings=readings([other, one, other], [3, 2, 2], [150.0, 1.0, 102.0]))
    assert broken(rows) == [["jump"], ["stuck"], []]


def test_the_same_readings_again_are_doubted_alike_and_change_nothing() -> None:
    one = stream()
    rule(one, maximum=30.0, max_jump=5.0, jump_seconds=600, stuck_readings=2)
    minutes, values = [0, 1, 2, 3], [20.0, 40.0, 40.0, 20.0]
    first = kept(one, minutes, values)
    assert first == [[], ["range", "jump"], ["range", "stuck"], ["jump"]]
    for start in range(4):
        assert kept(one, minutes[start:], values[start:]) == first[start:]
    assert not Correction.objects.exists()


def test_what_the_sender_said_is_kept_beside_the_doubt() -> None:
    one = stream()
    rule(one, maximum=30.0)
    rows = readings(one, [0, 1, 2], [40.0, 41.0, 42.0], extra=['{"quality":"good"}', '{"parameters":{"b":1}}', "{"])
    said = services.assess(readings=rows).extra or []
    assert json.loads(said[0] or "") == {"quality": {"reported": "good", "flag": "suspect", "rules": ["range"]}}
    assert json.loads(said[1] or "")["parameters"] == {"b": 1}
    assert said[2] == "{"


def test_a_rule_can_be_switched_off_and_taken_away() -> None:
    one = stream()
    rule(one, maximum=30.0, enabled=False)
    assert kept(one, [0], [40.0]) == [[]]
    made = services.set_rule(observed_property=Datastream.objects.get(pk=one).observed_property, maximum=30.0)
    assert kept(one, [1], [40.0]) == [["range"]]
    services.remove_rule(rule=made)
    assert kept(one, [2], [40.0]) == [[]]


@pytest.mark.parametrize(
    "limits",
    [
        {"minimum": 2.0, "maximum": 1.0},
        {"maximum": np.inf},
        {"max_jump": 0.0},
        {"max_jump": 1.0, "jump_seconds": 0},
        {"stuck_readings": 1},
        {"stuck_seconds": 0},
    ],
)
def test_a_rule_that_everything_or_nothing_breaks_is_refused(limits: dict[str, Any]) -> None:
    one = stream()
    with pytest.raises(Invalid):
        rule(one, **limits)


def test_sources_count_what_they_flagged() -> None:
    row = source()
    mapping = mapped(row)
    rule(mapping.datastream_id or 0, maximum=30.0)
    taken = services.take(source=row, uplinks=[uplink(values={"temperature": 99})], at=START)
    assert (taken.accepted, taken.flagged) == (1, 1)


def test_intervals_and_moments_are_series_of_their_own() -> None:
    one = stream()
    rule(one, max_jump=5.0, jump_seconds=600)
    rows = Readings.build(
        datastream=[one] * 4, time=[at(n) for n in range(4)], result=[0, 100, 1, 101], span=[0, 60, 0, 60]
    )
    assert services.assess(readings=rows).extra is None

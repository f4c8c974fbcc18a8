"""Recording readings: what is stored, what is refused, what is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import TooLarge
from apps.sensors import events, services
from apps.sensors.models import Batch, Correction, DatastreamState, Observation, Tombstone
from apps.sensors.services import states, writing
from apps.sensors.types import MAX_BATCH_ROWS, Readings, batch_of, datetime_of
from tests.sensors.builders import MINUTE, START, at, own_streams, readings

pytestmark = pytest.mark.django_db


def stored(stream: int) -> list[tuple[float, float | None]]:
    """Minutes after the start and results."""
    rows = Observation.objects.filter(datastream=stream).order_by("phenomenon_time", "span")
    return [((row.phenomenon_time - START) / MINUTE, row.result) for row in rows]


@pytest.mark.parametrize("few", [0, 300])
def test_readings_are_stored_as_one_batch_with_counters(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "FEW_ROWS", few)
    one, two = own_streams()
    result = services.record(readings=readings([two, one, two], [2, 1, 1], [5.5, 4.0, 3.0]), source="lab", at=START)
    assert (result.accepted, result.corrected, result.unchanged, result.rejected) == (3, 0, 0, ())
    assert stored(two) == [(1, 3.0), (2, 5.5)]
    batch = Batch.objects.get()
    assert batch.pk == result.batch_id
    assert (batch.rows, batch.source, batch.origin, batch.number) == (3, "lab", "", None)
    assert batch.datastream_ids == [one, two]
    assert (batch.first_time, batch.last_time) == (START + MINUTE, START + 2 * MINUTE)
    state = DatastreamState.objects.get(pk=two)
    assert (state.observation_count, state.first_time, state.last_time) == (2, START + MINUTE, START + 2 * MINUTE)
    assert (state.last_result, state.last_batch) == (5.5, result.batch_id)
    assert {batch_of(row.id) for row in Observation.objects.all()} == {result.batch_id}


def test_the_same_readings_again_change_nothing() -> None:
    one, two = own_streams()
    rows = readings([one, two, two], [0, 0, 1], [1.0, None, 2.0])
    services.record(readings=rows, source="lab")
    again = services.record(readings=rows, source="lab")
    assert (again.batch_id, again.accepted, again.unchanged) == (None, 0, 3)
    assert Batch.objects.count() == 1
    assert not Correction.objects.exists()


def test_a_different_value_is_a_recorded_correction_in_a_new_batch() -> None:
    one, _ = own_streams()
    first = services.record(readings=readings(one, [0, 1], [1.0, 2.0]), source="lab")
    second = services.record(readings=readings(one, [0, 1], [1.5, 2.0]), source="lab")
    assert (second.accepted, second.corrected, second.unchanged) == (0, 1, 1)
    kept = Correction.objects.get()
    assert (kept.old_result, batch_of(kept.old_id), kept.batch_id) == (1.0, first.batch_id, second.batch_id)
    assert stored(one) == [(0, 1.5), (1, 2.0)]
    state = DatastreamState.objects.get(pk=one)
    assert (state.observation_count, state.last_result, state.last_batch) == (2, 2.0, second.batch_id)


def test_a_corrected_latest_value_is_the_latest_value() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0, 1], [1.0, 2.0]), source="lab")
    services.record(readings=readings(one, [1], [None], extra=['{"result":"closed"}']), source="lab")
    assert DatastreamState.objects.get(pk=one).last_result is None


def test_older_readings_extend_the_beginning() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [10], [1.0]), source="lab")
    services.record(readings=readings(one, [5, 11], [0.5, 2.0]), source="lab")
    state = DatastreamState.objects.get(pk=one)
    assert (state.first_time, state.last_time) == (START + 5 * MINUTE, START + 11 * MINUTE)
    assert (state.observation_count, state.last_result) == (3, 2.0)


def test_bad_rows_are_reported_and_cost_no_other_row() -> None:
    one, _ = own_streams()
    rows = Readings.build(
        datastream=[one, 2**31 - 1, one, one, one, one, one],
        time=[at(0), at(0), -1, 4133980800000000, at(1), at(2), at(3)],
        span=[0, 0, 0, 0, -1, 0, 0],
        result=[1.0, 1.0, 1.0, 1.0, 1.0, np.inf, 2.0],
    )
    result = services.record(readings=rows, source="lab")
    assert result.accepted == 2
    assert [(bad.row, bad.reason) for bad in result.rejected] == [
        (1, "unknown-datastream"),
        (2, "time-out-of-range"),
        (3, "time-out-of-range"),
        (4, "negative-span"),
        (5, "not-finite"),
    ]
    assert all(bad.detail for bad in result.rejected)


def test_the_years_1970_to_2100_are_taken_to_their_ends() -> None:
    one, _ = own_streams()
    ends = [0, 4133980800000000 - 1]
    result = services.record(readings=Readings.build(datastream=[one] * 2, time=ends, result=[1, 2]), source="lab")
    assert result.accepted == 2
    assert [row.phenomenon_time for row in Observation.objects.order_by("phenomenon_time")] == [
        datetime_of(ends[0]),
        datetime_of(ends[1]),
    ]


@pytest.mark.parametrize("extra", ["[1]", "{", '{"a":NaN}', '{"a":1e999}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', "1"])
def test_an_extra_that_cannot_be_stored_is_reported(extra: str) -> None:
    one, _ = own_streams()
    rows = readings(one, [0, 1], [1.0, 2.0], extra=[extra, '{"quality":"good"}'])
    result = services.record(readings=rows, source="lab")
    assert [bad.reason for bad in result.rejected] == ["bad-extra"]
    assert Observation.objects.get().extra == {"quality": "good"}


def test_an_unknown_feature_is_reported() -> None:
    one, _ = own_streams()
    result = services.record(readings=readings(one, [0, 1], [1.0, 2.0], feature=[77, 0]), source="lab")
    assert [bad.reason for bad in result.rejected] == ["unknown-feature"]


def test_the_last_of_several_readings_for_one_key_wins_and_the_others_are_named() -> None:
    one, _ = own_streams()
    result = services.record(readings=readings(one, [0, 1, 0, 0], [1.0, 9.0, 2.0, 3.0]), source="lab")
    assert (result.accepted, result.superseded) == (2, (0, 2))
    assert stored(one) == [(0, 3.0), (1, 9.0)]


def test_an_interval_and_an_instant_at_one_time_are_two_observations() -> None:
    one, _ = own_streams()
    result = services.record(readings=readings(one, [0, 0], [1.0, 2.0], span=[0, 900]), source="lab")
    assert result.accepted == 2
    assert DatastreamState.objects.get(pk=one).last_result == 2.0


def test_a_client_key_is_carried_out_once() -> None:
    one, _ = own_streams()
    first = services.record(readings=readings(one, [0], [1.0]), source="gateway", client_key="a")
    again = services.record(readings=readings(one, [5], [7.0]), source="gateway", client_key="a")
    assert (again.duplicate_of, again.batch_id, again.accepted) == (first.batch_id, first.batch_id, 1)
    assert stored(one) == [(0, 1.0)]
    other = services.record(readings=readings(one, [5], [7.0]), source="another gateway", client_key="a")
    assert other.duplicate_of is None


def test_a_client_key_is_remembered_even_when_nothing_could_be_stored() -> None:
    first = services.record(readings=readings(4711, [0], [1.0]), source="gateway", client_key="a")
    again = services.record(readings=readings(4711, [0], [1.0]), source="gateway", client_key="a")
    assert first.accepted == 0
    assert again.duplicate_of == first.batch_id


def test_too_many_readings_for_one_client_key_are_refused() -> None:
    rows = MAX_BATCH_ROWS + 1
    many = Readings.build(datastream=np.ones(rows), time=np.arange(rows), result=np.zeros(rows))
    with pytest.raises(TooLarge):
        services.record(readings=many, source="gateway", client_key="a")


def test_more_rows_than_a_batch_can_hold_become_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_BATCH_ROWS", 3)
    one, two = own_streams()
    result = services.record(readings=readings([one, two] * 4, list(range(8)), list(range(8))), source="lab")
    assert (result.accepted, len(result.batch_ids)) == (8, 3)
    assert [batch.rows for batch in Batch.objects.order_by("pk")] == [3, 3, 2]
    assert DatastreamState.objects.get(pk=one).observation_count == 4


def test_no_readings_are_no_batch() -> None:
    assert services.record(readings=readings([], [], []), source="lab").batch_id is None
    assert not Batch.objects.exists()


def test_a_recorded_batch_is_announced_on_commit(
    django_capture_on_commit_callbacks: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[events.ReadingsRecorded] = []
    monkeypatch.setattr(events.readings_recorded, "_handlers", [heard.append])
    one, _ = own_streams()
    with django_capture_on_commit_callbacks(execute=True):
        result = services.record(readings=readings(one, [0], [1.0]), source="lab")
    assert result.batch_id is not None
    assert heard == [events.ReadingsRecorded(result.batch_id, (one,))]


def test_a_counter_that_lags_behind_its_rows_loses_nothing() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0, 1], [1.0, 2.0]), source="lab")
    DatastreamState.objects.filter(pk=one).update(last_time=None)
    result = services.record(readings=readings(one, [0, 1, 2], [1.0, 2.5, 3.0]), source="lab")
    assert (result.accepted, result.corrected, result.unchanged) == (1, 1, 1)


def test_a_deleted_reading_that_comes_again_lives_again() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0, 1], [1.0, 2.0]), source="lab")
    services.delete(datastream_id=one, start=START + MINUTE, end=START + 2 * MINUTE, reason="test")
    assert DatastreamState.objects.get(pk=one).tombstone_count == 1
    result = services.record(readings=readings(one, [1], [2.0]), source="lab")
    assert result.accepted == 1
    assert not Tombstone.objects.exists()
    state = DatastreamState.objects.get(pk=one)
    assert (state.tombstone_count, state.observation_count, state.last_result) == (0, 2, 2.0)


@given(
    batches=st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 2), st.integers(0, 5), st.sampled_from([0, 60]), st.sampled_from([None, 1.0, 2.0])
            ),
            max_size=12,
        ),
        max_size=4,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_recorded_the_table_holds_the_latest_and_the_counters_agree(
    batches: list[list[tuple[int, int, int, float | None]]],
) -> None:
    streams = own_streams(3)
    connection.cursor().execute("DELETE FROM sensors_observation")
    connection.cursor().execute(
        "UPDATE sensors_datastreamstate SET observation_count = 0, first_time = NULL, last_time = NULL"
    )
    expected: dict[tuple[int, int, int], float | None] = {}
    for rows in batches:
        for place, minute, span, value in rows:
            expected[streams[place], minute, span] = value
        services.record(
            readings=readings(
                [streams[row[0]] for row in rows],
                [row[1] for row in rows],
                [row[3] for row in rows],
                span=[row[2] for row in rows],
            ),
            source="lab",
        )
    found = {
        (row.datastream_id, int((row.phenomenon_time - START) / MINUTE), row.span): row.result
        for row in Observation.objects.all()
    }
    assert found == expected
    for stream in streams:
        times = [START + key[1] * MINUTE for key in expected if key[0] == stream]
        state = DatastreamState.objects.get(pk=stream)
        assert state.observation_count == len(times)
        assert (state.first_time, state.last_time) == (min(times, default=None), max(times, default=None))


@pytest.mark.django_db(transaction=True)
def test_concurrent_batches_of_the_same_datastreams_neither_deadlock_nor_lose_rows() -> None:
    streams = own_streams(20)
    barrier = threading.Barrier(4)
    random = np.random.default_rng(1)
    orders = [random.permutation(20) for _ in range(4)]

    def write(worker: int) -> int:
        barrier.wait()
        total = 0
        for turn in range(6):
            chosen = [streams[place] for place in orders[worker]]
            minutes = [turn * 4 + (worker if place % 2 else 0) for place in orders[worker]]
            rows = readings(chosen, minutes, [float(worker)] * 20)
            total += services.record(readings=rows, source=f"worker {worker}").accepted
        connection.close()
        return total

    with ThreadPoolExecutor(4) as pool:
        accepted = sum(pool.map(write, range(4)))
    assert accepted == Observation.objects.count() == 10 * 6 * 4 + 10 * 6
    counted = sum(DatastreamState.objects.values_list("observation_count", flat=True))
    assert counted == accepted


@pytest.mark.django_db(transaction=True)
def test_the_same_client_key_at_the_same_time_is_carried_out_once() -> None:
    one, _ = own_streams()
    barrier = threading.Barrier(3)

    def write(worker: int) -> int | None:
        barrier.wait()
        result = services.record(readings=readings(one, [worker], [1.0]), source="gateway", client_key="same")
        connection.close()
        return result.duplicate_of

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(write, range(3)))
    assert sorted(outcome is None for outcome in outcomes) == [False, False, True]
    assert Observation.objects.count() == 1

"""Deleting observations leaves tombstones in a batch of its own."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core.errors import Invalid, NotFound
from apps.sensors import services
from apps.sensors.models import Batch, DatastreamState, Observation, Tombstone
from apps.sensors.services import deletion
from apps.sensors.types import batch_of
from tests.sensors.builders import MINUTE, START, own_streams, readings, replica_streams

pytestmark = pytest.mark.django_db


def test_deleted_observations_leave_tombstones_in_a_batch() -> None:
    one, two = own_streams()
    services.record(readings=readings(one, [0, 1, 2, 3], [1.0, 2.0, 3.0, 4.0]), source="lab")
    services.record(readings=readings(two, [1], [1.0]), source="lab")
    gone = services.delete(datastream_id=one, start=START + MINUTE, end=START + 3 * MINUTE, reason="faulty")
    assert gone == 2
    assert Observation.objects.filter(datastream=one).count() == 2
    assert Observation.objects.filter(datastream=two).count() == 1
    batch = Batch.objects.latest("pk")
    assert (batch.source, batch.deleted, batch.rows, batch.datastream_ids) == ("deletion", 2, 2, [one])
    assert (batch.first_time, batch.last_time) == (START + MINUTE, START + 2 * MINUTE)
    stones = Tombstone.objects.order_by("phenomenon_time")
    assert [(stone.phenomenon_time, stone.reason, batch_of(stone.id)) for stone in stones] == [
        (START + MINUTE, "faulty", batch.pk),
        (START + 2 * MINUTE, "faulty", batch.pk),
    ]
    state = DatastreamState.objects.get(pk=one)
    assert (state.observation_count, state.tombstone_count, state.last_batch) == (2, 2, batch.pk)


def test_deleting_the_ends_moves_extent_and_last_value() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0, 1, 2], [1.0, 2.0, 3.0]), source="lab")
    services.delete(datastream_id=one, start=START + 2 * MINUTE, end=START + 3 * MINUTE, reason="")
    services.delete(datastream_id=one, start=START, end=START + MINUTE, reason="")
    state = DatastreamState.objects.get(pk=one)
    assert (state.first_time, state.last_time, state.last_result) == (START + MINUTE, START + MINUTE, 2.0)


def test_deleting_everything_leaves_an_empty_datastream() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0], [1.0]), source="lab")
    assert services.delete(datastream_id=one, start=START, end=START + MINUTE, reason="") == 1
    assert services.delete(datastream_id=one, start=START, end=START + MINUTE, reason="") == 0
    state = DatastreamState.objects.get(pk=one)
    assert (state.observation_count, state.first_time, state.last_time, state.last_result) == (0, None, None, None)


def test_more_rows_than_a_batch_can_hold_are_deleted_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "MAX_BATCH_ROWS", 2)
    one, _ = own_streams()
    services.record(readings=readings(one, range(5), [1.0] * 5), source="lab")
    assert services.delete(datastream_id=one, start=START, end=START + 9 * MINUTE, reason="") == 5
    assert [batch.deleted for batch in Batch.objects.filter(source="deletion").order_by("pk")] == [2, 2, 1]


def test_deletion_crosses_months() -> None:
    one, _ = own_streams()
    month = 31 * 24 * 60
    services.record(readings=readings(one, [0, month, 2 * month], [1.0, 2.0, 3.0]), source="lab")
    services.ensure_partitions(months=[date(2026, 2, 1)])
    assert services.delete(datastream_id=one, start=START, end=START + 3 * month * MINUTE, reason="") == 3


def test_replicas_and_unknown_datastreams_are_not_found() -> None:
    for stream in (replica_streams()[0], 2**30):
        with pytest.raises(NotFound):
            services.delete(datastream_id=stream, start=START, end=START + MINUTE, reason="")


def test_an_empty_period_is_invalid() -> None:
    with pytest.raises(Invalid):
        services.delete(datastream_id=own_streams()[0], start=START, end=START, reason="")

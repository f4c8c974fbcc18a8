"""Replicas: applied page by page, idempotent, and purged without a trace."""

from __future__ import annotations

import numpy as np
import pytest

from apps.core.errors import Invalid, NotPermitted
from apps.sensors import selectors, services
from apps.sensors.errors import PageRefused
from apps.sensors.models import (
    Batch,
    Correction,
    Datastream,
    DatastreamState,
    HistoricalLocation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
    Tombstone,
)
from apps.sensors.types import FLAG_DELETED, FLAG_SUPPRESSED, FLAG_VALUE, BatchResult, Place, Readings
from tests.sensors.builders import (
    OWNER,
    START,
    STRANGER,
    device,
    no_flags,
    own_streams,
    readings,
    replica_streams,
)

pytestmark = pytest.mark.django_db


def apply(rows: Readings, flags: list[int] | None = None, *, origin: str = OWNER) -> BatchResult:
    """One page."""
    marks = no_flags(rows) if flags is None else np.array(flags, dtype=np.uint8)
    return services.apply_replica(origin=origin, readings=rows, flags=marks, source="feed", at=START)


def test_a_page_is_stored_as_a_batch_of_its_origin() -> None:
    one, two = replica_streams()
    result = apply(readings([one, two], [0, 0], [1.0, 2.0]))
    assert result.accepted == 2
    batch = Batch.objects.get()
    assert (batch.pk, batch.origin, batch.recorded_at) == (result.batch_id, OWNER, START)
    assert DatastreamState.objects.get(pk=two).last_result == 2.0


def test_the_same_page_again_changes_nothing() -> None:
    one, _ = replica_streams()
    rows = readings(one, [0, 1, 2], [1.0, 2.0, None])
    flags = [FLAG_VALUE, FLAG_SUPPRESSED, FLAG_VALUE]
    apply(rows, flags)
    again = apply(rows, flags)
    assert (again.batch_id, again.unchanged) == (None, 3)


def test_a_suppressed_value_is_told_from_a_missing_one() -> None:
    one, _ = replica_streams()
    apply(readings(one, [0, 1], [4.0, None]), [FLAG_SUPPRESSED, FLAG_VALUE])
    rows = Observation.objects.order_by("phenomenon_time")
    assert [(row.result, row.extra) for row in rows] == [(None, {"suppressed": True}), (None, None)]


def test_a_deletion_removes_the_row_and_leaves_a_tombstone() -> None:
    one, _ = replica_streams()
    apply(readings(one, [0, 1], [1.0, 2.0]))
    result = apply(readings(one, [1, 5, 2], [0.0, 0.0, 3.0]), [FLAG_DELETED, FLAG_DELETED, FLAG_VALUE])
    assert (result.accepted, result.deleted) == (1, 1)
    assert Observation.objects.count() == 2
    assert Tombstone.objects.get().datastream_id == one
    apply(readings(one, [1], [2.5]))
    assert not Tombstone.objects.exists()


def test_a_page_with_a_row_that_cannot_be_stored_is_refused_whole() -> None:
    one, _ = replica_streams()
    for stream, value in ((own_streams()[0], 1.0), (2**30, 1.0), (one, float("inf"))):
        with pytest.raises(PageRefused):
            apply(readings([one, stream], [0, 1], [1.0, value]))
        with pytest.raises(PageRefused):
            apply(readings([one, stream], [0, 1], [1.0, value]), origin=STRANGER)
    assert not Observation.objects.exists()


def test_a_page_cannot_delete_what_is_not_its_owners() -> None:
    own = own_streams()[0]
    services.record(readings=readings(own, [0], [1.0]), source="lab")
    with pytest.raises(PageRefused):
        apply(readings(own, [0], [0.0]), [FLAG_DELETED])
    assert Observation.objects.count() == 1


def test_readings_for_a_replica_are_refused_at_the_intake() -> None:
    one, _ = replica_streams()
    result = services.record(readings=readings([one, own_streams()[0]], [0, 0], [1.0, 1.0]), source="lab")
    assert [bad.reason for bad in result.rejected] == ["replica-is-read-only"]
    assert result.accepted == 1


def test_descriptions_of_two_owners_with_the_same_keys_stand_apart() -> None:
    assert not set(replica_streams()) & set(replica_streams(origin=STRANGER))
    assert selectors.origins() == [OWNER, STRANGER]


def test_an_origin_is_required() -> None:
    with pytest.raises(Invalid):
        services.describe_replica(origin="", devices=[])
    with pytest.raises(Invalid):
        services.purge_replica(datastream_ids=[], origin="")
    with pytest.raises(Invalid):
        apply(readings([], [], []), origin="")


def test_permission_to_share_onward_is_kept_with_the_datastream() -> None:
    services.describe_replica(origin=OWNER, devices=[device()], onward_allowed=True)
    own = own_streams()
    shareable = set(Datastream.objects.shareable().values_list("pk", flat=True))
    assert set(own) < shareable
    services.describe_replica(origin=OWNER, devices=[device()], onward_allowed=False)
    assert set(Datastream.objects.shareable().values_list("pk", flat=True)) == set(own)


def test_a_purge_leaves_nothing_but_the_numbers_of_its_batches() -> None:
    place = Place(name="Hill", longitude=8.9, latitude=51.9)
    ids = services.describe_replica(origin=OWNER, devices=[device("theirs", place=place)])
    one, two = sorted(ids.values())
    apply(readings([one, two], [0, 1], [1.0, 2.0]))
    apply(readings([one, two], [0, 1], [1.5, 0.0]), [FLAG_VALUE, FLAG_DELETED])
    other = replica_streams(origin=STRANGER)[0]
    apply(readings(other, [0], [1.0]), origin=STRANGER)
    own = own_streams()[0]
    services.record(readings=readings(own, [0], [1.0]), source="lab")
    services.sequence()
    high = selectors.epoch_and_high()[1]

    assert services.purge_replica(datastream_ids=[one, two], origin=OWNER) == 1

    for model in (Thing, Location, Sensor, ObservedProperty, Datastream, DatastreamState):
        assert not model._default_manager.filter(origin=OWNER).exists()
    for table in (Observation, Tombstone, Correction):
        assert not table._default_manager.filter(datastream__in=[one, two]).exists()
    assert not HistoricalLocation.objects.exists()
    assert set(Observation.objects.values_list("datastream_id", flat=True)) == {other, own}
    assert selectors.epoch_and_high()[1] == high
    emptied = Batch.objects.filter(origin=OWNER)
    assert {(batch.source, batch.rows, tuple(batch.datastream_ids)) for batch in emptied} == {("purged", 0, ())}


def test_a_purge_of_some_datastreams_spares_the_others() -> None:
    one, two = replica_streams()
    apply(readings([one, two], [0, 1], [1.0, 2.0]))
    assert services.purge_replica(datastream_ids=[one], origin=OWNER) == 1
    assert Observation.objects.get().datastream_id == two
    assert Thing.objects.filter(origin=OWNER).exists()
    assert Batch.objects.get().datastream_ids == [two]


def test_nothing_of_another_origin_can_be_purged() -> None:
    own = own_streams()[0]
    for origin in (OWNER, STRANGER):
        with pytest.raises(NotPermitted):
            services.purge_replica(datastream_ids=[own], origin=origin)

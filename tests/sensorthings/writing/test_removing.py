"""OGC 18-088, section 10.4 (table 25): deleting entities with what cannot be without them."""

from __future__ import annotations

import pytest

from apps.accounts import services as accounts
from apps.catalogue.models import Dataset, DatasetMember
from apps.sensors import services
from apps.sensors.models import (
    Datastream,
    Observation,
    Thing,
)
from tests.sensorthings.writing.clients import Sta, datastream, maker, thing

pytestmark = pytest.mark.django_db
FEATURE = {"name": "f", "description": "", "encodingType": "text/plain", "feature": "a lake"}


@pytest.fixture
def sta() -> Sta:
    """A program that may make new things."""
    return maker()


@pytest.fixture
def mast(sta: Sta) -> Thing:
    """A thing with a stream of three observations."""
    observations = [{"phenomenonTime": f"2026-01-01T0{n}:00:00Z", "result": n} for n in range(3)]
    return Thing.objects.get(pk=sta.made("Things", thing(Datastreams=[datastream(Observations=observations)])))


def test_an_observation_leaves_a_tombstone_that_the_feed_can_follow(sta: Sta, mast: Thing) -> None:
    row = Observation.objects.order_by("phenomenon_time")[2]

    assert sta.delete(f"Observations({row.pk})").status_code == 200
    assert sta.delete(f"Observations({row.pk})").status_code == 404

    state = Datastream.objects.get().state
    assert (state.observation_count, state.tombstone_count, state.last_result) == (2, 1, 1.0)
    assert services.sequence() == 2


def test_a_datastream_of_a_dataset_stays_until_it_is_taken_out(sta: Sta, mast: Thing) -> None:
    stream = Datastream.objects.get()
    department = accounts.create_department(slug="water", name_de="Wasser", name_en="Water")
    dataset = Dataset.objects.create(
        identifier="lake", title_de="See", department=department, sensitivity="environment"
    )
    DatasetMember.objects.create(dataset=dataset, datastream_id=stream.pk)

    for path in (f"Datastreams({stream.pk})", f"Things({mast.pk})", f"Sensors({stream.sensor_id})"):
        assert sta.delete(path).status_code == 409
    assert Observation.objects.count() == 3


def test_a_collection_is_not_deleted_whole(sta: Sta, mast: Thing) -> None:
    response = sta.delete("Observations?$filter=result%20gt%201")

    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert Observation.objects.count() == 3

"""OGC 18-088, section 10.4 (table 25): deleting entities with what cannot be without them."""

from __future__ import annotations

import pytest

from apps.accounts import services as accounts
from apps.catalogue.models import Dataset, DatasetMember
from apps.sensors import services
from apps.sensors.models import (
    Batch,
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
    Tombstone,
)
from tests.sensorthings.writing.clients import Sta, datastream, maker, thing
from tests.sensorthings.writing.test_rights import administrator

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


def test_a_thing_goes_with_its_datastreams_observations_and_history(sta: Sta, mast: Thing) -> None:
    assert sta.delete(f"Things({mast.pk})").status_code == 200

    for gone in (Thing, Datastream, Observation, HistoricalLocation):
        assert gone.objects.count() == 0
    for kept in (Location, Sensor, ObservedProperty):
        assert kept.objects.count() == 1
    assert list(Batch.objects.order_by("pk").values_list("accepted", "deleted")) == [(3, 0), (0, 3)]


@pytest.mark.parametrize("kind", [Sensor, ObservedProperty])
def test_a_sensor_or_property_goes_with_its_datastreams(
    sta: Sta, mast: Thing, kind: type[Sensor] | type[ObservedProperty]
) -> None:
    path = "Sensors" if kind is Sensor else "ObservedProperties"

    assert sta.delete(f"{path}({kind.objects.get().pk})").status_code == 200

    assert kind.objects.count() == Datastream.objects.count() == Observation.objects.count() == 0
    assert Thing.objects.count() == 1


def test_a_location_goes_with_its_history_and_its_thing_stays(sta: Sta, mast: Thing) -> None:
    assert sta.delete(f"Locations({mast.location_id})").status_code == 200

    assert Location.objects.count() == HistoricalLocation.objects.count() == 0
    assert Thing.objects.get().location is None


def test_a_feature_goes_with_its_observations(mast: Thing) -> None:
    admin, stream = administrator(), Datastream.objects.get()
    body = {"phenomenonTime": "2026-01-02T00:00:00Z", "result": 9, "FeatureOfInterest": FEATURE}
    admin.made(f"Datastreams({stream.pk})/Observations", body)

    assert admin.delete(f"FeaturesOfInterest({FeatureOfInterest.objects.get().pk})").status_code == 200

    assert Observation.objects.count() == 3
    assert (Tombstone.objects.count(), FeatureOfInterest.objects.count()) == (1, 0)


def test_an_observation_leaves_a_tombstone_that_the_feed_can_follow(sta: Sta, mast: Thing) -> None:
    row = Observation.objects.order_by("phenomenon_time")[2]

    assert sta.delete(f"Observations({row.pk})").status_code == 200
    assert sta.delete(f"Observations({row.pk})").status_code in (403, 404)

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

"""OGC 18-088, section 10.4 (table 25): deleting entities with what cannot be without them."""

from __future__ import annotations

import pytest

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
from tests.sensorthings.writing.clients import Sta
from tests.sensorthings.writing.test_rights import administrator

pytestmark = pytest.mark.django_db
FEATURE = {"name": "f", "description": "", "encodingType": "text/plain", "feature": "a lake"}


def test_req_create_update_delete_delete_entity__a_thing_takes_datastreams_observations_and_history(
    sta: Sta, mast: Thing
) -> None:
    assert sta.delete(f"Things({mast.pk})").status_code == 200

    for gone in (Thing, Datastream, Observation, HistoricalLocation):
        assert gone.objects.count() == 0
    for kept in (Location, Sensor, ObservedProperty):
        assert kept.objects.count() == 1
    assert list(Batch.objects.order_by("pk").values_list("accepted", "deleted")) == [(3, 0), (0, 3)]


@pytest.mark.parametrize("kind", [Sensor, ObservedProperty])
def test_req_create_update_delete_delete_entity__a_sensor_or_property_takes_its_datastreams(
    sta: Sta, mast: Thing, kind: type[Sensor] | type[ObservedProperty]
) -> None:
    path = "Sensors" if kind is Sensor else "ObservedProperties"

    assert sta.delete(f"{path}({kind.objects.get().pk})").status_code == 200

    assert kind.objects.count() == Datastream.objects.count() == Observation.objects.count() == 0
    assert Thing.objects.count() == 1


def test_req_create_update_delete_delete_entity__a_location_takes_its_history_and_leaves_its_thing(
    sta: Sta, mast: Thing
) -> None:
    assert sta.delete(f"Locations({mast.location_id})").status_code == 200

    assert Location.objects.count() == HistoricalLocation.objects.count() == 0
    assert Thing.objects.get().location is None


def test_req_create_update_delete_delete_entity__a_feature_takes_its_observations(mast: Thing) -> None:
    admin, stream = administrator(), Datastream.objects.get()
    body = {"phenomenonTime": "2026-01-02T00:00:00Z", "result": 9, "FeatureOfInterest": FEATURE}
    admin.made(f"Datastreams({stream.pk})/Observations", body)

    assert admin.delete(f"FeaturesOfInterest({FeatureOfInterest.objects.get().pk})").status_code == 200

    assert Observation.objects.count() == 3
    assert (Tombstone.objects.count(), FeatureOfInterest.objects.count()) == (1, 0)


def test_req_create_update_delete_delete_entity__a_datastream_takes_its_observations(sta: Sta, mast: Thing) -> None:
    assert sta.delete(f"Datastreams({Datastream.objects.get().pk})").status_code == 200

    assert (Datastream.objects.count(), Observation.objects.count(), Thing.objects.count()) == (0, 0, 1)


def test_req_create_update_delete_delete_entity__an_observation_takes_nothing(sta: Sta, mast: Thing) -> None:
    path = f"Observations({Observation.objects.order_by('phenomenon_time')[0].pk})"

    assert sta.delete(path).status_code == 200

    assert (Observation.objects.count(), Datastream.objects.count()) == (2, 1)
    assert sta.call("GET", path).status_code == 404


def test_req_create_update_delete_delete_entity__a_historical_location_takes_nothing(sta: Sta, mast: Thing) -> None:
    assert sta.delete(f"HistoricalLocations({HistoricalLocation.objects.get().pk})").status_code == 200

    assert (HistoricalLocation.objects.count(), Location.objects.count(), Thing.objects.count()) == (0, 1, 1)

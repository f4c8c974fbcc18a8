"""Comparison with the owner: differences are found, repaired, or alarmed; a restored owner is not trusted blindly."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.catalogue.models import Dataset, DatasetMember
from apps.consumer import selectors as consumer_read
from apps.consumer import services as consumer
from apps.consumer.models import Comparison, PageReceipt, Subscription
from apps.ledger.models import Entry
from apps.provider import selectors as provider_read
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sensors.models import Datastream, Observation
from tests.agreements.region import ASKER
from tests.consumer.pair import BASE, HOURLY, MINUTE, RAW, Pair, agree, record, streams

DAY = 24 * 60


def same(pair: Pair, uid: str) -> int:
    """The rows both sides hold; fails unless they are equal."""
    with pair.on(ASKER):
        row = Subscription.objects.get(agreement__uid=uid)
        as_of = row.as_of
        assert as_of is not None
        ours = consumer_read.replica_digest(row.pk, as_of)
    theirs = provider_read.dataset_digest(uid, as_of)
    assert ours == theirs
    return theirs[0]


def compared(pair: Pair) -> str:
    """The verdict of a comparison asked for now."""
    with pair.on(ASKER):
        consumer.request_comparison(subscription_id=Subscription.objects.get().pk)
    pair.pull()
    with pair.on(ASKER):
        return str(Comparison.objects.order_by("-pk").values_list("verdict", flat=True)[0])


def tamper(statement: str) -> None:
    """Change the replica behind everybody's back."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.parametrize("terms", [RAW, HOURLY])
def test_lost_changed_and_foreign_rows_are_repaired_by_fetching_only_their_days(
    pair: Pair, terms: dict[str, object]
) -> None:
    (stream,) = streams(1)
    record(stream, {minute: minute / 10 for minute in range(0, 5 * DAY, 30)})
    uid = agree(pair, [stream], terms)
    pair.pull()
    assert compared(pair) == "equal"
    with pair.on(ASKER):
        tamper("DELETE FROM sensors_observation WHERE phenomenon_time = '2026-03-11 05:00Z'")
        tamper("UPDATE sensors_observation SET result = 77 WHERE phenomenon_time = '2026-03-12 06:00Z'")
        tamper(
            "INSERT INTO sensors_observation (datastream_id, span, phenomenon_time, id, result)"
            " SELECT datastream_id, 7, '2026-03-12 06:00:01Z', 1, 5 FROM consumer_replicastream"
        )
        before = PageReceipt.objects.count()
    assert compared(pair) == "repaired"
    same(pair, uid)
    with pair.on(ASKER):
        fetched = sum(PageReceipt.objects.order_by("pk")[before:].values_list("rows", flat=True))
        assert fetched <= 2 * (48 if terms is RAW else 72)
        assert Entry.objects.filter(kind="repair").count() == 1


def test_a_restored_owner_makes_the_consumer_compare_instead_of_trusting(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(0, 3 * DAY, 30)})
    uid = agree(pair, [stream], RAW)
    pair.pull()
    # The restored database lost a day, and its numbers begin anew.
    tamper("DELETE FROM sensors_observation WHERE phenomenon_time >= '2026-03-12 00:00Z'")
    sensors.bump_epoch(reason="restored")
    record(stream, {5 * DAY: 5.0})
    pair.pull()
    assert same(pair, uid) == 2 * 48 + 1
    record(stream, {5 * DAY + 1: 6.0})
    pair.pull()
    assert same(pair, uid) == 2 * 48 + 2
    with pair.on(ASKER):
        assert Comparison.objects.get().verdict == "repaired"


def test_a_new_datastream_of_the_dataset_comes_with_its_history(pair: Pair) -> None:
    first, second = streams(2)
    record(first, {minute: 1.0 for minute in range(150)})
    record(second, {minute: 2.0 for minute in range(150)})
    uid = agree(pair, [first], RAW)
    pair.pull()
    DatasetMember.objects.create(dataset=Dataset.objects.get(), datastream_id=second)
    pair.pull()
    assert same(pair, uid) == 300


def test_a_datastream_taken_out_of_the_dataset_is_deleted_at_the_consumer(pair: Pair) -> None:
    first, second = streams(2)
    for stream in (first, second):
        record(stream, {minute: 1.0 for minute in range(20)})
    uid = agree(pair, [first, second], RAW)
    pair.pull()
    DatasetMember.objects.filter(datastream_id=second).delete()
    pair.pull()
    assert same(pair, uid) == 20
    with pair.on(ASKER):
        assert Observation.objects.count() == 20
        assert Datastream.objects.count() == 1


def test_a_renamed_sensor_and_a_moved_thing_are_followed(pair: Pair) -> None:
    (stream,) = streams(1, prefix="mast")
    record(stream, {1: 1.0})
    agree(pair, [stream], RAW)
    pair.pull()
    row = Datastream.objects.select_related("thing__location").get(pk=stream)
    spec = sensor_types.StreamSpec(
        external_key=row.external_key,
        name="Renamed",
        sensor=sensor_types.SensorSpec(external_key="thermometer", name="Better thermometer"),
        observed_property=sensor_types.ObservedPropertySpec(external_key="t", name="Air temperature"),
    )
    device = sensor_types.Device(
        external_key=row.thing.external_key,
        name="Mast at the station",
        place=sensor_types.Place(name="Bahnhof", longitude=8.6, latitude=52.1),
        streams=(spec,),
    )
    sensors.register(devices=[device])
    pair.pull()
    with pair.on(ASKER):
        held = Datastream.objects.select_related("thing__location", "sensor").get()
        assert (held.name, held.sensor.name, held.thing.name) == (
            "Renamed",
            "Better thermometer",
            "Mast at the station",
        )
        assert held.thing.location.longitude == 8.6
        assert held.thing.historical_locations.count() == 2


def test_after_a_crash_between_pages_the_pull_goes_on_where_it_stood(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(450)})
    uid = agree(pair, [stream], RAW)
    for _try in range(10):
        pair.pull(seconds=0, rounds=1)
    pair.pull()
    assert same(pair, uid) == 450
    with pair.on(ASKER):
        assert sum(PageReceipt.objects.values_list("rows", flat=True)) == 450


def test_a_page_delivered_twice_is_applied_once(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(30)})
    agree(pair, [stream], RAW)
    pair.pull()
    with pair.on(ASKER):
        before = PageReceipt.objects.count()
        Subscription.objects.update(cursor="")
    pair.pull()
    with pair.on(ASKER):
        assert Observation.objects.count() == 30
        assert PageReceipt.objects.count() == before + 1


def test_deleting_at_the_owner_deletes_even_outside_of_the_history_window(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(10)})
    agree(pair, [stream], {**RAW, "window": "P36500D"})
    pair.pull()
    sensors.delete(
        datastream_id=stream,
        start=sensor_types.datetime_of(BASE),
        end=sensor_types.datetime_of(BASE + 5 * MINUTE),
        reason="erased",
    )
    pair.pull()
    with pair.on(ASKER):
        assert Observation.objects.count() == 5

"""A replica equals what the owner's terms give, whatever happens on the way."""

from __future__ import annotations

import pytest

from apps.consumer import selectors as consumer_read
from apps.consumer.models import PageReceipt, Subscription
from apps.core import clock
from apps.ledger.models import Entry
from apps.provider import selectors as provider_read
from apps.provider.models import Disclosure
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sensors.models import Datastream, Observation
from apps.sources import services as sources
from tests.agreements.region import ASKER, OWNER
from tests.consumer.pair import BASE, HOURLY, MINUTE, RAW, Pair, agree, record, streams


def same(pair: Pair, uid: str) -> tuple[int, str]:
    """The rows and digest of the owner; fails unless the consumer has the same."""
    with pair.on(ASKER):
        subscription = Subscription.objects.get(agreement__uid=uid)
        as_of = subscription.as_of
        assert as_of is not None
        ours = consumer_read.replica_digest(subscription.pk, as_of)
    with pair.on(OWNER):
        theirs = provider_read.dataset_digest(uid, as_of)
    assert ours == theirs
    return theirs


@pytest.mark.parametrize("terms", [RAW, HOURLY])
def test_the_first_copy_is_complete(pair: Pair, terms: dict[str, object]) -> None:
    first, second = streams(2)
    record(first, {minute: minute / 10 for minute in range(0, 600, 5)})
    record(second, {minute: 20.5 for minute in range(0, 1200, 7)})
    uid = agree(pair, [first, second], terms)
    pulled = pair.pull()
    assert pulled.complete
    rows, _digest = same(pair, uid)
    assert rows == (120 + 172 if terms is RAW else 3 * (10 + 20))


def test_later_readings_corrections_and_deletions_follow(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(250)})
    uid = agree(pair, [stream], RAW)
    pair.pull()
    record(stream, {300: 3.0, 10: 9.0})
    sensors.delete(
        datastream_id=stream,
        start=sensor_types.datetime_of(BASE + 20 * MINUTE),
        end=sensor_types.datetime_of(BASE + 40 * MINUTE),
        reason="faulty",
    )
    pair.pull()
    assert same(pair, uid)[0] == 251 - 20


def test_every_page_is_in_both_ledgers_with_the_same_digest(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: 1.0 for minute in range(250)})
    agree(pair, [stream], RAW)
    pair.pull()
    with pair.on(OWNER):
        given = list(Disclosure.objects.order_by("pk").values_list("digest", flat=True))
        entries = Entry.objects.filter(kind="page-disclosed").count()
    with pair.on(ASKER):
        taken = list(PageReceipt.objects.order_by("pk").values_list("digest", flat=True))
        assert Entry.objects.filter(kind="page-received").count() == len(taken)
    assert given == taken
    assert entries == len(given) == 3


def test_raw_data_never_leave_when_the_terms_say_hourly(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {minute: float(minute) for minute in range(0, 180, 5)})
    agree(pair, [stream], HOURLY)
    pair.pull()
    with pair.on(ASKER):
        assert set(Observation.objects.values_list("span", flat=True)) == {3600}
        assert Observation.objects.count() == 9


def test_late_data_disclose_a_closed_bucket_again_and_an_emptied_one_goes(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {5: 10.0, 65: 20.0, 125: 30.0})
    uid = agree(pair, [stream], HOURLY)
    pair.pull()
    record(stream, {15: 30.0})
    sensors.delete(
        datastream_id=stream,
        start=sensor_types.datetime_of(BASE + 60 * MINUTE),
        end=sensor_types.datetime_of(BASE + 120 * MINUTE),
        reason="faulty",
    )
    pair.pull()
    assert same(pair, uid)[0] == 6
    with pair.on(ASKER):
        means = Observation.objects.filter(datastream__name__endswith="mean").order_by("phenomenon_time")
        assert list(means.values_list("result", flat=True)) == [20.0, 30.0]


def test_what_readings_carry_beside_a_number_arrives(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {1: 1.0, 2: float("nan"), 3: 3.0}, extra={2: '{"result": "frost", "b": 1}'})
    uid = agree(pair, [stream], RAW)
    pair.pull()
    assert same(pair, uid)[0] == 3
    with pair.on(ASKER):
        assert Observation.objects.get(extra__isnull=False).extra == {"result": "frost", "b": 1}


def test_a_second_sweep_without_news_leaves_no_trace(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {1: 1.0})
    agree(pair, [stream], RAW)
    pair.pull()
    with pair.on(OWNER):
        before = Entry.objects.count()
    pair.pull()
    with pair.on(OWNER):
        assert Entry.objects.count() == before
    with pair.on(ASKER):
        assert Subscription.objects.filter(last_complete_at__lte=clock.now()).count() == 1


@pytest.mark.parametrize("terms", [RAW, HOURLY, RAW | {"grid_m": 500}])
def test_a_replica_knows_when_its_owner_begins_to_feed_it_by_uploads_and_ends(
    pair: Pair, terms: dict[str, object]
) -> None:
    """What comes in tables ends with the last of them: it must not read as silent at the peer and well at home."""
    sources.create_source(slug="tables", name="Tables", format="csv")
    (stream,) = streams(1)
    agree(pair, [stream], terms)

    def fed(minute: int, source: str) -> bool:
        record(stream, {minute: 1.0}, source=source)
        pair.pull()
        with pair.on(ASKER):
            (replica,) = consumer_read.replicas(at=clock.now())
            return all(one.is_uploaded for one in replica.streams)

    assert [fed(0, "test"), fed(70, "source:tables"), fed(140, "test")] == [False, True, False]


def test_a_recording_stays_one_however_it_is_continued(pair: Pair) -> None:
    sources.create_source(slug="tables", name="Tables", format="csv")
    (stream,) = streams(1)
    Datastream.objects.filter(pk=stream).update(properties={"source": sensor_types.RECORDING})
    record(stream, {0: 1.0}, source="source:tables")
    agree(pair, [stream], RAW)
    pair.pull()
    with pair.on(ASKER):
        (replica,) = consumer_read.replicas(at=clock.now())
    assert [(one.is_recording, one.is_uploaded) for one in replica.streams] == [(True, False)]

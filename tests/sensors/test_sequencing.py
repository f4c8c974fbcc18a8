"""The sequencer under concurrent committing writers: no gap, nothing lost, nothing seen twice."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.sensors import events, selectors, services
from apps.sensors.models import Batch
from apps.sensors.services import sequencing
from tests.sensors.builders import START, own_streams, readings


@pytest.mark.django_db
def test_batches_are_numbered_in_order_of_their_ids_from_one() -> None:
    one, _ = own_streams()
    ids = [services.record(readings=readings(one, [n], [1.0]), source="lab").batch_id for n in range(3)]
    assert services.sequence() == 3
    assert services.sequence() == 0
    assert [(each.number, each.batch_id) for each in selectors.batches_after(0)] == list(enumerate(ids, start=1))
    assert selectors.epoch_and_high() == (1, 3)


@pytest.mark.django_db
def test_more_batches_than_one_turn_takes_are_numbered_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "LIMIT", 2)
    one, _ = own_streams()
    for minute in range(3):
        services.record(readings=readings(one, [minute], [1.0]), source="lab")
    assert [services.sequence(), services.sequence(), services.sequence()] == [2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_new_numbers_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[events.BatchesNumbered] = []
    monkeypatch.setattr(events.batches_numbered, "_handlers", [heard.append])
    one, _ = own_streams()
    for minute in range(2):
        services.record(readings=readings(one, [minute], [1.0]), source="lab")
    services.sequence()
    services.sequence()
    assert heard == [events.BatchesNumbered(1, 2)]


@pytest.mark.django_db(transaction=True)
def test_an_open_batch_holds_up_no_other_and_is_numbered_after_its_commit() -> None:
    services.ensure_partitions(months=[START.date()])  # whoever makes a month holds up all others until the commit
    one, two = own_streams()
    opened, close = threading.Event(), threading.Event()

    def slow() -> int | None:
        with transaction.atomic():
            result = services.record(readings=readings(one, [0], [1.0]), source="slow")
            opened.set()
            close.wait(20)
        connection.close()
        return result.batch_id

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(slow)
        assert opened.wait(20)
        quick = services.record(readings=readings(two, [0], [1.0]), source="quick")
        assert services.sequence() == 1
        close.set()
        slow_id = future.result()
    assert slow_id is not None
    assert quick.batch_id is not None
    assert slow_id < quick.batch_id
    assert services.sequence() == 1
    assert [each.batch_id for each in selectors.batches_after(0)] == [quick.batch_id, slow_id]


def follow(stop: threading.Event, seen: list[int]) -> None:
    """A reader with a cursor: everything above the last number it saw."""
    cursor = 0
    while not stop.is_set() or selectors.epoch_and_high()[1] > cursor:
        for batch in selectors.batches_after(cursor, until=selectors.epoch_and_high()[1]):
            seen.append(batch.batch_id)
            cursor = batch.number
    connection.close()


@given(seed=st.integers(0, 2**16), writers=st.integers(2, 4))
@settings(max_examples=4, deadline=None)
@pytest.mark.django_db(transaction=True)
def test_a_reader_behind_a_cursor_sees_every_batch_once_in_gapless_order(seed: int, writers: int) -> None:
    Batch.objects.all().delete()
    streams = own_streams(writers)
    stop = threading.Event()
    seen: list[int] = []

    def write(worker: int) -> list[int]:
        chance = random.Random(seed * 10 + worker)
        mine = []
        for turn in range(12):
            with transaction.atomic():
                batch = Batch.objects.create(source=f"{seed}", datastream_ids=[streams[worker]])
                if chance.random() < 0.5:
                    time.sleep(chance.random() * 0.004)
                if chance.random() < 0.2:
                    transaction.set_rollback(True)
                else:
                    mine.append(batch.pk)
            if turn % 3 == worker % 3:
                services.sequence()
        connection.close()
        return mine

    with ThreadPoolExecutor(writers + 1) as pool:
        reader = pool.submit(follow, stop, seen)
        written = [key for mine in pool.map(write, range(writers)) for key in mine]
        while services.sequence():
            pass
        stop.set()
        reader.result(timeout=30)
    numbers = list(Batch.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(written) + 1))
    assert sorted(seen) == sorted(written)
    assert len(seen) == len(set(seen))

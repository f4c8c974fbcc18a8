"""Months: made ahead and on demand, packed once they are closed, without losing a write."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from apps.core.errors import Invalid, NotFound
from apps.sensors import selectors, services
from apps.sensors.errors import PartitionBusy
from apps.sensors.models import Observation, Partition
from apps.sensors.services import packing
from apps.sensors.services.partitions import first_day, month_number, month_numbers, table_name
from apps.sensors.types import Readings, micros
from tests.sensors.builders import START, own_streams, readings

pytestmark = pytest.mark.django_db

JANUARY = date(2026, 1, 1)
LATER = datetime(2026, 3, 1, tzinfo=UTC)


def test_months_are_made_ahead() -> None:
    at = datetime(2031, 11, 15, tzinfo=UTC)
    assert services.ensure_ahead(at=at) == 4
    assert services.ensure_ahead(at=at) == 0
    months = {size.month for size in selectors.month_sizes()}
    assert {date(2031, 10, 1), date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1)} <= months


def test_months_outside_the_years_are_refused() -> None:
    for month in (date(1969, 12, 1), date(2101, 1, 1)):
        with pytest.raises(Invalid):
            services.ensure_partitions(months=[month])


def test_a_month_begins_and_ends_in_utc() -> None:
    stream = own_streams()[0]
    edge = micros(datetime(2042, 2, 1, tzinfo=UTC))
    rows = Readings.build(datastream=[stream] * 2, time=[edge - 1, edge], result=[1.0, 2.0])
    services.record(readings=rows, source="lab")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM sensors_observation ORDER BY phenomenon_time")
        assert [row[0] for row in cursor.fetchall()] == [table_name(date(2042, 1, 1)), table_name(date(2042, 2, 1))]
    assert [first_day(int(number)) for number in month_numbers(rows.time)] == [date(2042, 1, 1), date(2042, 2, 1)]
    assert month_number(date(2042, 2, 9)) == int(month_numbers(rows.time)[1])


def test_packing_keeps_every_row_and_its_id_in_the_order_of_the_key() -> None:
    streams = own_streams(20)
    for minute in range(60):
        services.record(readings=readings(streams, [minute] * 20, [float(minute)] * 20), source="lab")
    before = set(Observation.objects.values_list("id", "datastream_id", "phenomenon_time", "result"))
    result = services.pack_partition(month=JANUARY)
    assert set(Observation.objects.values_list("id", "datastream_id", "phenomenon_time", "result")) == before
    assert (result.month, result.rows) == (JANUARY, 1200)
    assert result.bytes_after < result.bytes_before
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT datastream_id, phenomenon_time FROM {table_name(JANUARY)}")  # noqa: S608 - a date
        rows = cursor.fetchall()
    assert rows == sorted(rows)
    assert selectors.observation(rows and max(before)[0]).id == max(before)[0]


def test_a_packed_month_can_still_be_written() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0, 2], [1.0, 2.0]), source="lab")
    services.pack_partition(month=JANUARY)
    result = services.record(readings=readings(one, [0, 1, 3], [1.5, 1.0, 4.0]), source="lab")
    assert (result.accepted, result.corrected) == (2, 1)


def test_a_month_is_packed_once_after_it_closed_and_fell_quiet() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0], [1.0]), source="lab", at=START)
    assert JANUARY not in selectors.closed_months(at=START + timedelta(days=32))
    assert selectors.closed_months(at=LATER) == [JANUARY]
    services.record(readings=readings(one, [1], [1.0]), source="lab", at=LATER)
    assert selectors.closed_months(at=LATER + timedelta(minutes=5)) == []
    at = LATER + timedelta(hours=1)
    assert services.pack_due(at=at) == 1
    assert services.pack_due(at=at) == 0
    assert Partition.objects.get().packed_at == at
    assert next(size for size in selectors.month_sizes() if size.month == JANUARY).packed_at == at


def test_a_month_in_which_every_write_was_undone_is_not_packed() -> None:
    one, _ = own_streams()
    services.ensure_partitions(months=[JANUARY])
    with contextlib.suppress(RuntimeError), transaction.atomic():
        services.record(readings=readings(one, [0], [1.0]), source="lab", at=START)
        raise RuntimeError
    assert next(size for size in selectors.month_sizes() if size.month == JANUARY).heap_bytes
    assert selectors.closed_months(at=LATER) == []


def test_a_month_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.pack_partition(month=date(1999, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_a_month_in_use_is_left_for_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "PATIENCE", "50ms")
    one, _ = own_streams()
    services.record(readings=readings(one, [0], [1.0]), source="lab", at=START)
    opened, close = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            services.record(readings=readings(one, [1], [1.0]), source="lab", at=START)
            opened.set()
            close.wait(20)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        assert opened.wait(20)
        with pytest.raises(PartitionBusy):
            services.pack_partition(month=JANUARY)
        assert services.pack_due(at=LATER) == 0
        close.set()
        writer.result()
    assert services.pack_due(at=LATER) == 1
    assert Observation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_writes_during_packing_are_not_lost() -> None:
    streams = own_streams(10)
    started = threading.Event()

    def write() -> int:
        total = 0
        for minute in range(30):
            rows = readings(streams, [minute] * 10, [1.0] * 10)
            total += services.record(readings=rows, source="lab").accepted
            started.set()
        connection.close()
        return total

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        assert started.wait(20)
        while not writer.done():
            services.pack_partition(month=JANUARY)
        written = writer.result()
    assert written == Observation.objects.count() == 300

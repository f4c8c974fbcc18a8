"""How fast readings come in, and how much room they take.

Runs inside a configured Django process against an empty scratch database. Whatever is measured, and the reference too,
is durable: it commits with ``synchronous_commit = on``. The reference is one plain binary COPY of the same rows,
encoded beforehand, into the same partitioned table with its indexes and guards; it runs before and after each measured
way, so that a machine with other work slows both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import numpy as np
from django.db import connection, transaction

from apps.sensors import selectors, services
from apps.sensors.services.encoding import encode
from apps.sensors.services.partitions import first_day, month_numbers
from apps.sensors.types import Device, ObservedPropertySpec, Readings, SensorSpec, StreamSpec, micros
from owlnode.bench.results import Result

BENCH = "ingest"
STREAMS = 500
STEP_US = 600_000_000
START = micros(datetime(2026, 1, 1, tzinfo=UTC))
REFERENCE = "one plain COPY of the same rows into the same table"
TABLES = (
    "sensors_observation, sensors_batch, sensors_correction, sensors_tombstone, sensors_datastreamstate,"
    " sensors_datastream, sensors_thing, sensors_sensor, sensors_observedproperty, sensors_partition"
)


def run(*, rows: int) -> list[Result]:
    """Measure recording of ``rows`` readings of 500 datastreams interleaved; leaves the database empty."""
    try:
        readings = _readings(rows)
        services.ensure_partitions(months=_months(readings))
        results = [_measure("1,000 per call", readings, 1_000), _measure("50,000 per call", readings, 50_000)]
        results.append(_measure_upsert("50,000 per call, all known already", readings, readings))
        earlier = readings.take(np.arange(len(readings))[::-1])
        results.append(_measure_upsert("50,000 per call, backwards in time", readings, earlier, fresh=True))
        return results + _storage(readings)
    finally:
        _empty()


def _readings(rows: int) -> Readings:
    sensor = SensorSpec(external_key="bench", name="Bench")
    observed = ObservedPropertySpec(external_key="bench", name="Bench")
    streams = tuple(
        StreamSpec(external_key=f"bench/{n}", name=f"Bench {n}", sensor=sensor, observed_property=observed)
        for n in range(STREAMS)
    )
    device = Device(external_key="bench", name="Bench", streams=streams)
    ids = np.array(sorted(services.register(devices=[device]).values()), dtype=np.int32)
    place = np.arange(rows)
    values = np.random.default_rng(7).normal(20, 5, rows).round(2)
    return Readings.build(datastream=ids[place % STREAMS], time=START + place // STREAMS * STEP_US, result=values)


def _months(readings: Readings) -> list[date]:
    return [first_day(int(number)) for number in np.unique(month_numbers(readings.time))]


def _measure(metric: str, readings: Readings, size: int) -> Result:
    calls = list(_calls(readings, size))
    before = _reference(readings)
    _forget_rows()
    seconds = _timed(lambda: _record_all(calls))
    _forget_rows()
    after = _reference(readings)
    _forget_rows()
    return _result(metric, len(readings), seconds, (before + after) / 2)


def _measure_upsert(metric: str, readings: Readings, again: Readings, *, fresh: bool = False) -> Result:
    """The way through staging and upsert: every row is looked up before it is written."""
    calls = list(_calls(again, 50_000))
    before = _reference(readings)
    _forget_rows()
    if not fresh:
        _record_all(list(_calls(readings, 50_000)))
    seconds = _timed(lambda: _record_all(calls))
    _forget_rows()
    after = _reference(readings)
    _forget_rows()
    return _result(metric, len(readings), seconds, (before + after) / 2)


def _result(metric: str, rows: int, seconds: float, reference_seconds: float) -> Result:
    return Result(
        bench=BENCH,
        metric=metric,
        value=rows / seconds,
        unit="rows/s",
        reference=REFERENCE,
        reference_value=rows / reference_seconds,
    )


def _storage(readings: Readings) -> list[Result]:
    """Bytes per observation, indexes included: written interleaved in small calls, then packed."""
    _record_all(list(_calls(readings, 1_000)))
    written = _bytes_per_row(len(readings))
    for month in _months(readings):
        services.pack_partition(month=month)
    packed = _bytes_per_row(len(readings))
    return [
        Result(bench="storage", metric="while a month is written", value=written, unit="bytes/observation"),
        Result(bench="storage", metric="closed and packed", value=packed, unit="bytes/observation"),
    ]


def _bytes_per_row(rows: int) -> float:
    return sum(size.heap_bytes + size.index_bytes for size in selectors.month_sizes()) / rows


def _calls(readings: Readings, size: int) -> Iterator[Readings]:
    for start in range(0, len(readings), size):
        yield readings.take(np.arange(start, min(start + size, len(readings))))


def _record_all(calls: list[Readings]) -> None:
    for call in calls:
        services.record(readings=call, source="bench")


def _reference(readings: Readings) -> float:
    columns, data = encode(readings, np.arange(len(readings), dtype=np.int64))
    statement = f"COPY sensors_observation ({columns}) FROM STDIN (FORMAT binary)"

    def copy() -> None:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as stream:
            stream.write(data)

    return _timed(copy)


def _timed(work: Callable[[], None]) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _forget_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE sensors_observation, sensors_batch, sensors_correction, sensors_tombstone")
        cursor.execute(
            "UPDATE sensors_datastreamstate SET observation_count = 0, first_time = NULL, last_time = NULL,"
            " last_result = NULL, last_batch = NULL"
        )
        cursor.execute("VACUUM FULL sensors_datastreamstate")


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")

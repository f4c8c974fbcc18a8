"""How fast SensorThings takes observations in: server, database and load on one machine, durable before the answer.

The web server as the image runs it, on a scratch database with ``synchronous_commit = on``; a program with
a token that holds the right on the thing writes to 100 datastreams. The reference is PostgreSQL alone: one connection
inserting a row per transaction.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import orjson
from django.conf import settings
from django.db import connection

from apps.accounts import services as accounts
from apps.accounts.types import UserKind
from apps.sensors import selectors, services
from apps.sensors.types import Device, ObservedPropertySpec, SensorSpec, StreamSpec
from owlnode.bench import ground
from owlnode.bench.loading import Load, drive, request
from owlnode.bench.results import Result
from owlnode.region.node import IMAGE_THREADS, IMAGE_WORKERS, Node

BENCH = "sta-write"
PORT = int(os.environ.get("OWLNODE_BENCH_PORT", "8220"))
STREAMS = 100
ROWS_A_REQUEST = 1000
START = datetime(2026, 1, 1, tzinfo=UTC)
REFERENCE = "PostgreSQL alone: one row per transaction, one connection"


def run(*, rows: int) -> list[Result]:
    """Measure ``rows`` observations in arrays and a fiftieth of them one by one; leaves the database empty."""
    try:
        ids, secret = _ground()
        with tempfile.TemporaryDirectory(prefix="owl-sta-") as folder, _web(Path(folder)):
            return _measure(ids, secret, rows)
    finally:
        ground.empty()


def _measure(ids: list[int], secret: str, rows: int) -> list[Result]:
    host = f"127.0.0.1:{PORT}"
    arrays = [
        request("POST", "/sta/v1.1/CreateObservations", body, secret=secret, host=host) for body in _arrays(ids, rows)
    ]
    singles = [
        request("POST", "/sta/v1.1/Observations", body, secret=secret, host=host) for body in _singles(ids, rows // 50)
    ]
    drive(PORT, arrays[:20], connections=4)
    many = drive(PORT, arrays[20:], connections=4)
    drive(PORT, singles[:500], connections=32)
    reference = _reference()
    single = drive(PORT, singles[500:], connections=32)
    _see(many, single, expected=rows + rows // 50)
    machine = f"{os.cpu_count()} cores, uvicorn {version('uvicorn')}, Django {version('Django')}, {_engine()}"
    results = [
        _result(f"CreateObservations, 4 connections ({machine})", (len(arrays) - 20) * ROWS_A_REQUEST, many),
        _result("single POST Observations, 32 connections", len(singles) - 500, single, reference=reference),
    ]
    for name, load in (("CreateObservations", many), ("single POST", single)):
        share = 100 * load.own_cpu_seconds / (load.seconds * (os.cpu_count() or 1))
        results += [
            Result(bench=BENCH, metric=f"{name}: median wait", value=load.percentile(0.5), unit="ms"),
            Result(bench=BENCH, metric=f"{name}: 95 % wait at most", value=load.percentile(0.95), unit="ms"),
            Result(bench=BENCH, metric=f"{name}: the generator's share of the machine", value=share, unit="%"),
        ]
    return results


def _result(metric: str, rows: int, load: Load, *, reference: float | None = None) -> Result:
    return Result(
        bench=BENCH,
        metric=metric,
        value=rows / load.seconds,
        unit="observations/s",
        reference=None if reference is None else REFERENCE,
        reference_value=reference,
    )


def _see(many: Load, single: Load, *, expected: int) -> None:
    """Stop unless every answer was 201 and every observation is there."""
    if set(many.statuses) | set(single.statuses) != {201}:
        raise SystemExit(f"answers: {dict(many.statuses)} {dict(single.statuses)} {single.last_body[:300]!r}")
    stored = selectors.count_rows()
    if stored != expected:
        raise SystemExit(f"{stored} observations stored, {expected} sent")


def _ground() -> tuple[list[int], str]:
    sensor = SensorSpec(external_key="bench", name="Bench")
    observed = ObservedPropertySpec(external_key="bench", name="Bench")
    specs = tuple(
        StreamSpec(external_key=f"bench/{n}", name=f"Bench {n}", sensor=sensor, observed_property=observed)
        for n in range(STREAMS)
    )
    ids = sorted(services.register(devices=[Device(external_key="bench", name="Bench", streams=specs)]).values())
    months = [(START + timedelta(days=31 * n)).date() for n in range(12)]
    services.ensure_partitions(months=months)
    user = accounts.create_principal(kind=UserKind.SERVICE, name="bench")
    accounts.grant(principal=user, permission="sensors.write_thing", object=selectors.things().get())
    _row, secret = accounts.issue_token(name="bench", user=user, scopes=["sta:write"], expires_at=None)
    return ids, secret


def _arrays(ids: list[int], rows: int) -> Iterator[bytes]:
    """Bodies of 1,000 rows: ten datastreams, a hundred readings each, every body of a later time."""
    for number in range(rows // ROWS_A_REQUEST):
        streams = [ids[(number * 10 + n) % len(ids)] for n in range(10)]
        first = number // (len(ids) // 10) * 100
        yield orjson.dumps(
            [
                {
                    "Datastream": {"@iot.id": stream},
                    "components": ["phenomenonTime", "result"],
                    "dataArray": [[_time(first + n), round(12 + stream % 7 + n / 100, 2)] for n in range(100)],
                }
                for stream in streams
            ]
        )


def _singles(ids: list[int], rows: int) -> Iterator[bytes]:
    """One reading each, later than all of the arrays."""
    for number in range(rows):
        moment = (START + timedelta(days=300, seconds=number // len(ids) * 10)).strftime("%Y-%m-%dT%H:%M:%SZ")
        stream = {"@iot.id": ids[number % len(ids)]}
        yield orjson.dumps({"phenomenonTime": moment, "result": number % 40, "Datastream": stream})


def _time(number: int) -> str:
    return (START + timedelta(seconds=10 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _reference() -> float:
    """Rows per second that PostgreSQL commits one by one, in a second."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_reference (stream int, at timestamptz, result float8)")
        begin, done = time.perf_counter(), 0
        while time.perf_counter() - begin < 1.0:
            cursor.execute("INSERT INTO bench_reference VALUES (%s, now(), %s)", [done, 1.5])
            done += 1
        seconds = time.perf_counter() - begin
        cursor.execute("DROP TABLE bench_reference")
    return done / seconds


def _engine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


@contextmanager
def _web(home: Path) -> Iterator[None]:
    node = Node(
        city="bench",
        name="Bench",
        port=PORT,
        home=home,
        database_url=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        secret_key=settings.SECRET_KEY,
        web_workers=IMAGE_WORKERS,
        web_threads=IMAGE_THREADS,
    )
    environment = node.environment() | {"OWLNODE_LOG_LEVEL": "WARNING", "OWLNODE_LOG_FORMAT": "text"}
    with subprocess.Popen(node.processes()["web"], env=environment) as process:  # noqa: S603 - our own command
        try:
            _wait(f"{node.url}/health/live")
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
                answer.read()
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)

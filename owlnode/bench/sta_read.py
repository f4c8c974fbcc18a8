"""How fast SensorThings answers: the web server as the image runs it, and the load on the same machine.

One datastream holds a tenth of the rows, minute by minute; 499 share the rest over the same months. Closed months lie
packed, as the node packs them; the last as it was written. Everybody asks: the datastreams are public, as terms say.
"""

from __future__ import annotations

import http.client
import os
import platform
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import django
import orjson
import psutil
import psycopg
from django.conf import settings
from django.db import connection

from owlnode.bench import ground, stock
from owlnode.bench.results import Result
from owlnode.region.node import IMAGE_THREADS, IMAGE_WORKERS, Node

BENCH = "sta-read"
ROWS = 10_000_000
CONNECTIONS = 4
SECONDS = 8.0
REPEATS = 40


def run(*, rows: int) -> list[Result]:
    """Measure reading with ``rows`` observations stored; leaves the database empty."""
    ids = ground.streams()
    stock.load(ids, rows)
    stock.publish(ids)
    ground.settle_statistics()
    try:
        with tempfile.TemporaryDirectory(prefix="owl-sta-") as folder, _web(Path(folder)) as server:
            return _measure(server, ids, rows)
    finally:
        ground.empty()


def machine() -> str:
    """Cores and versions, as the report states them."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, Django {django.get_version()},"
        f" PostgreSQL {postgres}, psycopg {psycopg.__version__}, orjson {orjson.__version__}"
    )


def _measure(server: _Server, ids: list[int], rows: int) -> list[Result]:
    filters = quote("result gt 20 and phenomenonTime ge 2025-06-01T00:00:00Z")
    large = f"/Datastreams({ids[0]})/Observations"
    latest = quote("Observations($orderby=phenomenonTime desc;$top=1;$select=result,phenomenonTime)", safe="$()=;,")
    page = _load_on(server, f"{large}?$top=1000", CONNECTIONS)
    results = [
        _one("a page of 1,000 observations, 4 connections", len(page) / SECONDS, "requests/s"),
        _one("a page of 1,000 observations, p95", _percentile(page, 0.95), "ms"),
        *_waits(server, "latest value of 500 datastreams", f"/Datastreams?$top=500&$select=name&$expand={latest}"),
        *_waits(server, "filter on result and time, 1 datastream", f"{large}?$filter={filters}"),
        *_waits(server, f"count of {rows:,}", "/Observations?$count=true&$top=0"),
    ]
    seconds, size = server.drain(f"{large}?$top=1000000")
    return [
        *results,
        _one(f"streaming {min(rows // 10, 1_000_000):,} rows", min(rows // 10, 1_000_000) / seconds, "rows/s"),
        _one("streamed", size / 1e6, "MB"),
        _one("memory of the web process while streaming", server.peak_mb, "MB"),
        _one("machine", float(os.cpu_count() or 0), machine()),
    ]


def _one(metric: str, value: float, unit: str) -> Result:
    return Result(bench=BENCH, metric=metric, value=value, unit=unit)


def _waits(server: _Server, metric: str, path: str) -> list[Result]:
    waits = [server.get(path)[0] for _time in range(REPEATS)][5:]
    return [
        _one(f"{metric}, median", _percentile(waits, 0.5), "ms"),
        _one(f"{metric}, p95", _percentile(waits, 0.95), "ms"),
    ]


def _percentile(waits: list[float], share: float) -> float:
    return 1_000 * sorted(waits)[min(len(waits) - 1, int(share * len(waits)))]


def _load_on(server: _Server, path: str, connections: int) -> list[float]:
    """Seconds per answer, each of so many connections asking again as soon as it has its answer."""
    waits: list[float] = []
    for _warm in range(8):
        server.get(path)
    until = time.perf_counter() + SECONDS

    def ask() -> None:
        with closing(server.connect()) as connected:
            while time.perf_counter() < until:
                waits.append(server.ask(connected, path)[0])

    threads = [threading.Thread(target=ask) for _connection in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


class _Server:
    """The node's web process."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process
        self.peak_mb = 0.0

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, connected: http.client.HTTPConnection, path: str) -> tuple[float, int]:
        """Seconds to the end of the answer, and its bytes. Raises RuntimeError for anything but 200."""
        begin = time.perf_counter()
        connected.request("GET", f"/sta/v1.1{path}")
        response = connected.getresponse()
        size = len(response.read())
        if response.status != 200:
            raise RuntimeError(f"{path} gave {response.status}")
        return time.perf_counter() - begin, size

    def get(self, path: str) -> tuple[float, int]:
        """One question over a connection of its own."""
        with closing(self.connect()) as connected:
            return self.ask(connected, path)

    def drain(self, path: str) -> tuple[float, int]:
        """Read a long answer piece by piece while the web process' memory is watched: seconds and bytes."""
        family = psutil.Process(self.process.pid)
        begin, size = time.perf_counter(), 0
        with closing(self.connect()) as connected:
            connected.request("GET", f"/sta/v1.1{path}")
            response = connected.getresponse()
            while piece := response.read(1 << 20):
                size += len(piece)
                workers = family.children(recursive=True) or [family]
                self.peak_mb = max(self.peak_mb, *(one.memory_info().rss / 1e6 for one in workers))
        return time.perf_counter() - begin, size


@contextmanager
def _web(home: Path) -> Iterator[_Server]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    node = Node(
        city="bielefeld",
        name="Bielefeld",
        port=port,
        home=home,
        database_url=os.environ["DATABASE_URL"],
        redis_url=os.environ["REDIS_URL"],
        secret_key=settings.SECRET_KEY,
        web_workers=IMAGE_WORKERS,
        web_threads=IMAGE_THREADS,
    )
    environment = node.environment() | {"OWLNODE_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(node.processes()["web"], env=environment)  # noqa: S603 - our own command
    server = _Server(port, process)
    try:
        _await(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(server: _Server) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            server.get("/")
            return
        except (OSError, http.client.HTTPException):
            if time.monotonic() > until or server.process.poll() is not None:
                raise
            time.sleep(0.1)

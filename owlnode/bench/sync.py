"""How fast a replica is made and kept, node to node over HTTP, against PostgreSQL's own logical replication.

Two scratch databases on one server: the owner's, served by one web process, and the consumer's, pulled by a process
of its own whose memory is measured. The reference copies the same rows between two further databases on the same
server, into a table with the same key and index. Both sides are verified: ours by digests, the reference by counting.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.db import connection

from apps.peers import services as peer_services
from apps.peers.models import Peer
from apps.provider import selectors as provider
from apps.sensors.types import Readings
from owlnode.bench import ground, replication
from owlnode.bench.results import Result
from owlnode.serving.command import command

BENCH = "sync"
TAIL_BATCH = 5_000
FIRST, STREAMING = "logical replication, first copy", "logical replication, streaming"


def run(*, rows: int) -> list[Result]:
    """Measure first copy, tail and memory for ``rows`` readings each; leaves the databases as they were."""
    with tempfile.TemporaryDirectory(prefix="owl-sync-") as folder, _consumer_database() as consumer_url:
        home = Path(folder)
        ports = _free_port(), _free_port()
        settings.NODE = settings.NODE.model_copy(update={"base_url": f"http://127.0.0.1:{ports[0]}"})
        try:
            with _web(ports[0]):
                return _measure(rows, _Consumer(consumer_url, home, ports[1]))
        finally:
            ground.empty()


def _measure(rows: int, consumer: _Consumer) -> list[Result]:
    ids = ground.streams()
    first, later = ground.readings(ids, rows), ground.readings(ids, rows, skip=rows)
    ground.record(first, 50_000)
    ground.settle_statistics()
    peer = _introduce(consumer)
    agreement = ground.offer(ids, peer)
    consumer.run("agree", agreement)
    copied = consumer.run("pull", agreement)
    _check(agreement, copied, rows)
    ground.record(later, TAIL_BATCH)
    followed = consumer.run("pull", agreement)
    _check(agreement, followed, 2 * rows)
    reference = _reference(first, later)
    return [
        _ratio("first copy, verified", rows / copied["seconds"], FIRST, rows / reference["first"]),
        _ratio(f"tail in {TAIL_BATCH:,}-row batches", rows / followed["seconds"], STREAMING, rows / reference["tail"]),
        Result(bench=BENCH, metric="on the wire", value=copied["bytes"] / rows, unit="bytes/observation"),
        Result(bench=BENCH, metric="memory of the worker", value=copied["peak_mb"], unit="MB"),
        Result(bench=BENCH, metric="memory of the worker, tail", value=followed["peak_mb"], unit="MB"),
    ]


def _ratio(metric: str, value: float, reference: str, reference_value: float) -> Result:
    return Result(
        bench=BENCH, metric=metric, value=value, unit="rows/s", reference=reference, reference_value=reference_value
    )


def _check(agreement: str, pulled: dict[str, Any], rows: int) -> None:
    """The owner's own digest of what the terms give, against the consumer's own of what it holds."""
    from_owner = provider.dataset_digest(agreement, datetime.fromisoformat(pulled["as_of"]))
    if from_owner != (rows, pulled["digest"]) or pulled["held"] != rows:
        raise RuntimeError(f"the replica differs: {from_owner} here, {pulled['held']} {pulled['digest']} there")


def _reference(first: Readings, later: Readings) -> dict[str, float]:
    base = os.environ["DATABASE_URL"]
    with _database(base, "bench_publisher") as publisher, _database(base, "bench_subscriber") as subscriber:
        return replication.measure(publisher, subscriber, first, later, TAIL_BATCH)


class _Consumer:
    """The consumer's processes: each verb is one, so that its memory is its own."""

    def __init__(self, database_url: str, home: Path, port: int) -> None:
        self.environment = os.environ | {
            "DATABASE_URL": database_url,
            "OWLNODE_BASE_URL": f"http://127.0.0.1:{port}",
            "OWLNODE_KEYS_DIR": str(home / "keys"),
            "OWLNODE_FILES_DIR": str(home / "files"),
            "OWLNODE_ALLOW_TRUST_FILE": "1",
            "OMP_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        self.home = home

    def run(self, verb: str, *arguments: str) -> dict[str, Any]:
        """What the verb printed, a JSON object. Raises RuntimeError with its last words."""
        command = [sys.executable, "-m", "owlnode.bench.consumer", verb, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise RuntimeError(f"{verb}: {done.stderr[-2000:]}")
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer


def _introduce(consumer: _Consumer) -> Peer:
    """Each side pins the other's key from a prepared file, as the demo does."""
    settings.NODE = settings.NODE.model_copy(update={"allow_trust_file": True})
    theirs = consumer.run("identity")
    consumer.run("trust", str(_trust_file(consumer.home / "owner.json", _own_document())))
    return peer_services.trust_from_file(path=_trust_file(consumer.home / "consumer.json", theirs))[0]


def _own_document() -> dict[str, Any]:
    with urllib.request.urlopen(f"{settings.NODE.base_url}/.well-known/did.json", timeout=10) as answer:  # noqa: S310
        return {"base_url": settings.NODE.base_url, "document": json.load(answer)}


def _trust_file(path: Path, entry: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"peers": [{"name": "Bench", **entry}]}), encoding="utf-8")
    path.chmod(0o600)
    return path


@contextmanager
def _web(port: int) -> Iterator[None]:
    """The owner's web process, started as in the demo; it is there once it shows its identity."""
    peer_services.ensure_identity()
    environment = os.environ | {"OWLNODE_BASE_URL": settings.NODE.base_url, "OMP_NUM_THREADS": "1"}
    environment |= {"OWLNODE_WEB_THREADS": "4"}
    served = command(host="127.0.0.1", port=port, workers=1)
    process = subprocess.Popen(served, env=environment, start_new_session=True)  # noqa: S603 - our own program
    try:
        _wait_for(f"{settings.NODE.base_url}/.well-known/did.json", process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the owner's web process did not come up")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _consumer_database() -> Iterator[str]:
    """A database like ours, made from it while it is still empty."""
    base = os.environ["DATABASE_URL"]
    own = urlsplit(base).path.lstrip("/")
    connection.close()
    with _database(base, "bench_consumer", template=own) as url:
        yield url


@contextmanager
def _database(base: str, name: str, *, template: str = "template0") -> Iterator[str]:
    with psycopg.connect(_named(base, "postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _named(base, name)
    finally:
        with psycopg.connect(_named(base, "postgres"), autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _named(base: str, name: str) -> str:
    parts = urlsplit(base)
    # Without a host urlunsplit would swallow the slashes that libpq wants.
    return urlunsplit(parts._replace(path=f"/{name}")).replace(f"{parts.scheme}:/{name}", f"{parts.scheme}:///{name}")

"""How fast the MQTT bridge takes in what a real Mosquitto gives it, and that killing it (-9) loses and doubles nothing.

Broker, bridge and publisher are processes of their own, all with QoS 1, on a PostgreSQL that commits durably. A round
runs from the first reading stored to the last one. Of the readings published, all must be stored, each exactly once,
and none may be in quarantine: else the bench ends with an error.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection

from apps.core.models import Heartbeat
from apps.sensors.models import Batch, Quarantined
from apps.sources import services as sources
from apps.sources.types import Format, Transport
from owlnode.bench import ground
from owlnode.bench.results import Result
from owlnode.embedded import child
from owlnode.embedded.errors import EmbeddedError
from owlnode.embedded.mosquitto import Mosquitto

BENCH = "mqtt"
GOAL = 10_000.0
MOST_ROWS = 300_000
ROOT = Path(__file__).resolve().parent.parent.parent
DEADLINE_S = 300.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How readings are put into messages; ``share`` of the readings asked for is published in this kind."""

    name: str
    word: str
    format: Format
    readings: int
    share: float


KINDS = (
    Kind("uplinks of The Things Stack, 10 values each", "uplink", Format.THINGS_STACK, 10, 1.0),
    Kind("CreateObservations of 10", "array", Format.SENSORTHINGS, 10, 1.0),
    Kind("single SensorThings observations", "single", Format.SENSORTHINGS, 1, 0.2),
)


def run(*, rows: int) -> list[Result]:
    """Take in at most 300,000 readings of each kind; the first kind once more with a kill -9 halfway."""
    readings = min(rows, MOST_ROWS)
    with tempfile.TemporaryDirectory(prefix="owl-mqtt-") as folder:
        broker = Mosquitto(Path(folder) / "broker")
        broker.start()
        try:
            results = [one for kind in KINDS for one in _round(kind, readings, broker, Path(folder))]
            return [*results, *_round(KINDS[0], readings, broker, Path(folder), is_killed=True)]
        finally:
            broker.stop()
            ground.empty()


def _round(kind: Kind, rows: int, broker: Mosquitto, folder: Path, *, is_killed: bool = False) -> list[Result]:
    ground.empty()
    ids = ground.streams()
    count = int(rows * kind.share) // kind.readings
    _prepare(kind, ids)
    log = (folder / "log").open("ab")
    env = os.environ | {"OWLNODE_MQTT_URL": broker.url(), "PYTHONPATH": str(ROOT)}
    manage = [sys.executable, str(ROOT / "manage.py"), "mqtt_bridge"]
    bridge = child.start(manage, log=log, env=env, cwd=ROOT)
    publisher = None
    try:
        _wait(_is_subscribed, "the bridge has subscribed", folder)
        words = [broker.url(), kind.word, str(count), str(kind.readings), ",".join(map(str, ids))]
        publisher = child.start([sys.executable, "-m", "owlnode.bench.mqtt_gateway", *words], log=log, env=env, cwd=ROOT)
        _wait(lambda: _stored() > 0, "readings come in", folder)
        first, begun = _stored(), time.perf_counter()
        wanted = count * kind.readings
        if is_killed:
            _wait(lambda: _stored() >= wanted // 2, "half of the readings are stored", folder)
            child.stop(bridge, seconds=0)
            bridge = child.start(manage, log=log, env=env, cwd=ROOT)
        _wait(lambda: _stored() >= wanted, "all readings are stored", folder)
        seconds = time.perf_counter() - begun
        cpu = psutil.Process(bridge.pid).cpu_times()
        memory = psutil.Process(bridge.pid).memory_info().rss
        _assert_exact(wanted)
    finally:
        child.stop(bridge)
        if publisher is not None:
            child.stop(publisher)
        log.close()
    name = f"{kind.name}, killed (-9) halfway and restarted" if is_killed else kind.name
    rate = (wanted - first) / seconds
    results = [Result(bench=BENCH, metric=name, value=rate, unit="readings/s", reference="goal", reference_value=GOAL)]
    if not is_killed:
        busy = (cpu.user + cpu.system) / wanted * 1e6
        results.append(Result(bench=BENCH, metric="– processor time of the bridge, start included", value=busy, unit="µs/reading"))
        results.append(Result(bench=BENCH, metric="– memory of the bridge at the end", value=memory / 1e6, unit="MB"))
    return results

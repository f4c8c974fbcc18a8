"""How fast the MQTT bridge takes in what a real Mosquitto gives it, and that killing it (-9) loses and doubles nothing.

Broker, bridge and publisher are processes of their own, all with QoS 1, on a PostgreSQL that commits durably. A round
runs from the first reading stored to the last one. Of the readings published all must be stored, each written once,
and none may be in quarantine: else the bench ends with an error.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import psutil
from django.db.models import Sum

from apps.core import clock
from apps.core.models import Heartbeat
from apps.sensors.models import Batch, DatastreamState, Observation, Quarantined
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
STREAMS = 200
ROOT = Path(__file__).resolve().parent.parent.parent
DEADLINE_S = 300.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How readings are put into messages; ``share`` of the readings asked for is published in this kind."""

    name: str
    word: str
    format: Format
    readings: int
    share: float = 1.0


UPLINKS = Kind("uplinks of The Things Stack, 10 values each", "uplink", Format.THINGS_STACK, 10)
KINDS = (
    UPLINKS,
    Kind("CreateObservations of 10", "array", Format.SENSORTHINGS, 10),
    Kind("single SensorThings observations", "single", Format.SENSORTHINGS, 1, share=0.2),
)


@dataclass(slots=True)
class Stage:
    """The processes of one round and where they write."""

    folder: Path
    broker: Mosquitto
    processes: list[Popen[bytes]] = field(default_factory=list)

    def start(self, *words: str) -> Popen[bytes]:
        """Start a Python program of the node beside the broker."""
        env = os.environ | {"OWLNODE_MQTT_URL": self.broker.url(), "PYTHONPATH": str(ROOT)}
        with (self.folder / "log").open("ab") as log:
            self.processes.append(child.start([sys.executable, *words], log=log, env=env, cwd=ROOT))
        return self.processes[-1]

    def bridge(self) -> Popen[bytes]:
        """Start the bridge as an operator would."""
        return self.start(str(ROOT / "manage.py"), "mqtt_bridge")

    def wait(self, holds: Callable[[], bool], what: str) -> None:
        """Wait for a condition. Raises EmbeddedError with the processes' last words when it does not come about."""
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            if time.monotonic() > deadline:
                words = (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2_000:]
                raise EmbeddedError(f"the bench waited in vain until {what}.\n{words}")
            time.sleep(0.02)


def run(*, rows: int) -> list[Result]:
    """Take in at most 300,000 readings of each kind, and uplinks once more with a kill -9 halfway."""
    readings = min(rows, MOST_ROWS)
    with _stage() as stage:
        found = [one for kind in KINDS for one in _measured(kind, readings, stage)]
    with _stage() as stage:
        return [*found, _killed(UPLINKS, readings, stage)]


@contextmanager
def _stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="owl-mqtt-") as folder:
        stage = Stage(Path(folder), Mosquitto(Path(folder) / "broker"))
        stage.broker.start()
        try:
            yield stage
        finally:
            for process in stage.processes:
                child.stop(process)
            stage.broker.stop()
            ground.empty()


def _measured(kind: Kind, rows: int, stage: Stage) -> list[Result]:
    bridge, wanted = _begin(kind, rows, stage)
    first, begun = _stored(), time.perf_counter()
    stage.wait(lambda: _stored() >= wanted, "all readings are stored")
    seconds = time.perf_counter() - begun
    state = psutil.Process(bridge.pid)
    busy = sum(state.cpu_times()[:2]) / wanted * 1e6
    memory = state.memory_info().rss / 1e6
    child.stop(bridge)
    _assert_exact(wanted)
    return [
        _rate(kind.name, (wanted - first) / seconds),
        Result(bench=BENCH, metric="– processor time of the bridge, its start included", value=busy, unit="µs/reading"),
        Result(bench=BENCH, metric="– memory of the bridge at the end", value=memory, unit="MB"),
        Result(bench=BENCH, metric="– readings in a batch", value=wanted / Batch.objects.count(), unit="readings"),
    ]


def _killed(kind: Kind, rows: int, stage: Stage) -> Result:
    bridge, wanted = _begin(kind, rows, stage)
    first, begun = _stored(), time.perf_counter()
    stage.wait(lambda: _stored() >= wanted // 2, "half of the readings are stored")
    bridge.kill()
    bridge.wait()
    again = stage.bridge()
    stage.wait(lambda: _stored() >= wanted, "all readings are stored")
    seconds = time.perf_counter() - begun
    child.stop(again)  # it ends after its last batch, so whatever comes again has come
    _assert_exact(wanted)
    return _rate(f"{kind.name}: killed (-9) halfway, restarted, none lost, none twice", (wanted - first) / seconds)


def _begin(kind: Kind, rows: int, stage: Stage) -> tuple[Popen[bytes], int]:
    """Bridge and publisher at work, the first readings stored; the bridge, and how many readings will come."""
    ground.empty()
    ids = ground.streams()[:STREAMS]
    _prepare(kind, ids)
    count = int(rows * kind.share) // kind.readings
    bridge = stage.bridge()
    stage.wait(lambda: _is_subscribed(bridge), "the bridge has subscribed")
    listed = ",".join(map(str, ids))
    stage.start(
        "-m", "owlnode.bench.mqtt_gateway", stage.broker.url(), kind.word, str(count), str(kind.readings), listed
    )
    stage.wait(lambda: _stored() > 0, "the first readings are stored")
    return bridge, count * kind.readings


def _prepare(kind: Kind, ids: Sequence[int]) -> None:
    """The source, and for uplinks the mapping of every value of every device."""
    source = sources.create_source(
        slug=f"bench-{kind.word}",
        name="Bench",
        format=kind.format,
        transport=Transport.MQTT,
        direct_prefix="*" if kind.format == Format.SENSORTHINGS else "",
        options={"topics": "create/v1.1/#"} if kind.format == Format.SENSORTHINGS else {},
    )
    if kind.format != Format.SENSORTHINGS:
        devices = len(ids) // kind.readings
        for place, pk in enumerate(ids[: devices * kind.readings]):
            sources.map_key(
                source=source,
                device_key=f"{place // kind.readings:016x}",
                payload_key=f"v{place % kind.readings}",
                datastream=pk,
                unit="",
                at=clock.now(),
            )


def _is_subscribed(bridge: Popen[bytes]) -> bool:
    row = Heartbeat.objects.filter(place__endswith=f":{bridge.pid}").first()
    return row is not None and bool(row.report.get("connected"))


def _stored() -> int:
    return int(DatastreamState.objects.aggregate(total=Sum("observation_count"))["total"] or 0)


def _assert_exact(wanted: int) -> None:
    """Raises EmbeddedError when a reading is missing, was written twice, or waits in quarantine."""
    stored = Observation.objects.count()
    written = Batch.objects.aggregate(new=Sum("accepted"), other=Sum("corrected"))
    waiting = Quarantined.objects.count()
    if (stored, written["new"], written["other"], waiting) != (wanted, wanted, 0, 0):
        raise EmbeddedError(
            f"{wanted:,} readings were published, {stored:,} are stored, {written['new']:,} were written,"
            f" {written['other']:,} corrected, {waiting:,} are in quarantine."
        )


def _rate(metric: str, value: float) -> Result:
    return Result(bench=BENCH, metric=metric, value=value, unit="readings/s", reference="goal", reference_value=GOAL)

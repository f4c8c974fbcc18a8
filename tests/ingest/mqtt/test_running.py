"""The bridge as a process, real broker, real database: killed anywhere, it loses nothing and doubles nothing."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import psycopg
import pytest
from django.db import connection
from psycopg import sql

from apps.core.errors import LeaseLost
from apps.core.models import Heartbeat
from apps.ingest.mqtt import addresses, running
from apps.ingest.mqtt.connection import Connection
from apps.ingest.mqtt.types import Limits
from apps.sensors import services as sensors
from apps.sensors.models import Batch, Correction, Observation, Quarantined
from apps.sensors.types import Device, ObservedPropertySpec, SensorSpec, StreamSpec
from apps.sources import services as sources
from apps.sources.models import Source, SourceHour
from apps.sources.types import Format, Transport
from owlnode.embedded.mosquitto import Mosquitto
from tests.ingest.mqtt.conftest import BRIDGE, Gateway, Process, wait_until
from tests.ingest.mqtt.dying import POINTS

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 5, 1, tzinfo=UTC)
CLIENT = "owlnode-bielefeld"
TOPICS = "create/v1.1/#"
Run = Callable[..., Process]
Bridge = Callable[..., threading.Thread]


@pytest.fixture
def stream(transactional_db: None) -> int:
    """A datastream into which the source may write."""
    spec = StreamSpec(
        external_key="school/mast",
        name="Mast",
        sensor=SensorSpec(external_key="s", name="S"),
        observed_property=ObservedPropertySpec(external_key="p", name="P"),
    )
    return sensors.register(devices=[Device(external_key="school", name="T", streams=(spec,))])["school/mast"]


@pytest.fixture
def school(stream: int) -> Source:
    """A source of SensorThings creations."""
    return sources.create_source(
        slug="school",
        name="School",
        format=Format.SENSORTHINGS,
        transport=Transport.MQTT,
        direct_prefix="school/",
        options={"topics": TOPICS},
    )


def _created(stream: int, numbers: Sequence[int], *, dated: bool = True) -> list[tuple[str, bytes]]:
    found = []
    for number in numbers:
        entity: dict[str, Any] = {"result": number}
        if dated:
            entity["phenomenonTime"] = (START + timedelta(seconds=number)).isoformat()
        found.append((f"create/v1.1/Datastreams({stream})/Observations", json.dumps(entity).encode()))
    return found


def _results() -> list[float | None]:
    return list(Observation.objects.order_by("result").values_list("result", flat=True))


def _is_subscribed(pid: int) -> bool:
    row = Heartbeat.objects.filter(place__endswith=f":{pid}", ended_at=None).first()
    return bool(row and row.report.get("connected") and row.memory.get("filters"))


def _ready(process: Process) -> Process:
    pid = process.process.pid
    wait_until(lambda: process.process.poll() is not None or _is_subscribed(pid), "the bridge has subscribed")
    assert process.process.poll() is None, process.text()
    return process


@pytest.fixture
def bridge(broker: Mosquitto) -> Iterator[Callable[..., threading.Thread]]:
    """Runs bridges in threads of this process, which is sooner there than another one; ends them at the end."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def work(limits: Limits) -> None:
        try:
            running.run(addresses.parse(broker.url()), client_id=CLIENT, stop=stop, limits=limits)
        except LeaseLost:
            return
        finally:
            connection.close()

    def start(limits: Limits | None = None) -> threading.Thread:
        before = {row.holder for row in Heartbeat.objects.all()}
        thread = threading.Thread(target=work, args=[limits or Limits()])
        threads.append(thread)
        thread.start()
        wait_until(
            lambda: any(row.holder not in before and row.report.get("connected") for row in Heartbeat.objects.all()),
            "the bridge has subscribed",
        )
        return thread

    yield start
    stop.set()
    for thread in threads:
        thread.join()


@pytest.fixture
def met(broker: Mosquitto) -> None:
    """Let the broker know the bridge's session, as in a node that has run before."""
    link = Connection(addresses.parse(broker.url()), client_id=CLIENT, limits=Limits())
    link.subscribe(frozenset({TOPICS}))
    link.start()
    wait_until(lambda: link.is_subscribed, "the broker has confirmed")
    link.finish()


def test_what_is_published_is_stored_and_counted(school: Source, stream: int, gateway: Gateway, run: Run) -> None:
    bridge = _ready(run())
    gateway.publish(*_created(stream, range(100)))
    wait_until(lambda: Observation.objects.count() == 100, "all is stored")
    assert bridge.terminate() == 0
    assert _results() == [float(number) for number in range(100)]
    assert SourceHour.objects.get().stored == 100
    assert Heartbeat.objects.get().ended_at is not None
    assert Batch.objects.count() < 50


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.usefixtures("school", "met")
def test_killed_at_any_point_it_loses_nothing_and_doubles_nothing(
    point: str, stream: int, gateway: Gateway, run: Run, bridge: Bridge
) -> None:
    gateway.publish(*_created(stream, range(40)), *_created(stream, range(100, 110), dated=False))
    dying = run("-m", "tests.ingest.mqtt.dying", point)
    wait_until(lambda: dying.process.poll() is not None, "it has killed itself")
    assert dying.process.returncode == -9, dying.text()
    gateway.publish(*_created(stream, range(40, 50)))
    bridge()
    gateway.publish(*_created(stream, [50]))
    wait_until(lambda: 50.0 in _results(), "the last one is stored")
    assert _results() == [float(number) for number in [*range(51), *range(100, 110)]]
    assert (Correction.objects.count(), Quarantined.objects.count()) == (0, 0)


@pytest.mark.usefixtures("school")
def test_poison_goes_to_quarantine_and_blocks_nothing(stream: int, gateway: Gateway, bridge: Bridge) -> None:
    bridge()
    topic = f"create/v1.1/Datastreams({stream})/Observations"
    gateway.publish(
        (topic, b"{"),
        (topic, b"\xff\x00"),
        (topic, b'{"result": 1, "phenomenonTyme": 2}'),
        (topic, json.dumps({"result": "a\0b"}).encode()),
        ("create/v1.1/Things", b'{"name": "x"}'),
        (f"create/v1.1/Datastreams({stream + 1})/Observations", b'{"result": 5}'),
        *_created(stream, [7]),
    )
    wait_until(Observation.objects.exists, "the good one is stored")
    assert _results() == [7.0]
    assert sorted(Quarantined.objects.values_list("reason", flat=True)) == [
        "invalid",
        "not-json",
        "not-utf-8",
        "unknown-device",
        "unknown-field",
        "unstorable-text",
    ]
    assert SourceHour.objects.get().errors >= 1


def test_a_source_writes_only_where_it_may(school: Source, stream: int, gateway: Gateway, bridge: Bridge) -> None:
    sources.change_source(source=school, direct_prefix="elsewhere/")
    bridge()
    gateway.publish(*_created(stream, [1]))
    wait_until(Quarantined.objects.exists, "it waits in quarantine")
    assert Observation.objects.count() == 0
    assert json.loads(Quarantined.objects.get().payload)["device"] == f"datastream/{stream}"


def test_a_changed_source_is_noticed(school: Source, stream: int, gateway: Gateway, bridge: Bridge) -> None:
    bridge()
    sources.change_source(source=school, options={"topics": ["other/v1.1/#"]})
    wait_until(lambda: Heartbeat.objects.get().memory["filters"] == ["other/v1.1/#"], "the change is noticed")
    gateway.publish(*[(topic.replace("create/", "other/"), body) for topic, body in _created(stream, [1, 2])])
    wait_until(lambda: Observation.objects.count() == 2, "all is stored")
    assert set(_results()) == {1.0, 2.0}


def test_a_database_that_is_away_costs_nothing(school: Source, stream: int, gateway: Gateway, bridge: Bridge) -> None:
    bridge()
    name = connection.settings_dict["NAME"]
    connection.close()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as outside:
        outside.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        try:
            outside.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            gateway.publish(*_created(stream, range(30)))
        finally:
            outside.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
    wait_until(lambda: Observation.objects.count() == 30, "all is stored")
    assert _results() == [float(number) for number in range(30)]


@pytest.mark.usefixtures("school")
def test_the_broker_may_restart(stream: int, broker: Mosquitto, gateway: Gateway, bridge: Bridge) -> None:
    bridge()
    gateway.publish(*_created(stream, range(10)))
    broker.stop()
    broker.start()
    wait_until(gateway.client.is_connected, "the gateway is back")
    gateway.publish(*_created(stream, range(10, 20)))
    wait_until(lambda: Observation.objects.count() == 20, "all is stored")
    assert set(_results()) == {float(number) for number in range(20)}


@pytest.mark.usefixtures("school", "met")
def test_far_more_than_fits_stays_with_the_broker(stream: int, gateway: Gateway, run: Run) -> None:
    padding = b'{"parameters": {"note": "%s"}, ' % (b"x" * 9_000)
    gateway.publish(*[(topic, body.replace(b"{", padding, 1)) for topic, body in _created(stream, range(3_000))])
    process = run(*BRIDGE, "--memory", "1")
    wait_until(lambda: Observation.objects.exists() or process.process.poll() is not None, "it has begun")
    before = greatest = psutil.Process(process.process.pid).memory_info().rss

    def is_done() -> bool:
        nonlocal greatest
        greatest = max(greatest, psutil.Process(process.process.pid).memory_info().rss)
        return Observation.objects.count() == 3_000

    wait_until(is_done, "all has come in")
    assert greatest - before < 15_000_000  # of 27 MB that waited at the broker


def test_the_newer_of_two_bridges_stays(school: Source, stream: int, gateway: Gateway, bridge: Bridge) -> None:
    first, second = bridge(), bridge()
    wait_until(lambda: not first.is_alive(), "the first one has ended")
    gateway.publish(*_created(stream, [1]))
    wait_until(Observation.objects.exists, "the second one works")
    assert second.is_alive()

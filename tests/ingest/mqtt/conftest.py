"""A real Mosquitto for the tests, and a gateway that publishes to it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from apps.ingest.mqtt import addresses
from owlnode.embedded import child, debian
from owlnode.embedded.mosquitto import Mosquitto

WAIT_S = 60.0
ROOT = Path(__file__).resolve().parent.parent.parent.parent
BRIDGE = ("manage.py", "mqtt_bridge")


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Wait for a condition, looking often; fails with what was waited for."""
    deadline = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {WAIT_S:.0f} s in vain until {what}")
        time.sleep(0.01)


class Gateway:
    """Somebody else's client at the broker: publishes with QoS 1 and hears what it subscribed to."""

    def __init__(self, url: str) -> None:
        address = addresses.parse(url)
        self.heard: list[MQTTMessage] = []
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        if address.name:
            self.client.username_pw_set(address.name, address.password)
        if address.tls:
            self.client.tls_set_context(address.context())
        self.client.on_message = lambda _client, _data, message: self.heard.append(message)
        self.client.max_inflight_messages = 1_000
        self.client.connect(address.host, address.port)
        self.client.loop_start()

    def publish(self, *messages: tuple[str, bytes]) -> None:
        """Publish and wait until the broker has all of them."""
        sent = [self.client.publish(topic, payload, qos=1) for topic, payload in messages]
        for one in sent:
            one.wait_for_publish(WAIT_S)

    def listen(self, topic: str) -> None:
        """Subscribe and wait until the broker says so."""
        ready: list[int | None] = []
        self.client.on_subscribe = lambda _client, _data, mid, _codes, _properties: ready.append(mid)
        _code, mid = self.client.subscribe(topic, qos=1)
        wait_until(lambda: mid in ready, f"{topic} is subscribed")

    def close(self) -> None:
        """Take leave."""
        self.client.disconnect()
        self.client.loop_stop()


class Process:
    """A process of the node beside a test that commits: ``manage.py mqtt_bridge`` or one that dies at a point."""

    def __init__(self, arguments: list[str], url: str, log: Path) -> None:
        self.log = log
        parts = urlsplit(os.environ["DATABASE_URL"])
        database = parts._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        env = os.environ | {"DATABASE_URL": database, "OWLNODE_MQTT_URL": url, "PYTHONPATH": str(ROOT)}
        with log.open("ab") as file:
            self.process = child.start([sys.executable, *arguments], log=file, env=env, cwd=ROOT)

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait(WAIT_S)

    def terminate(self) -> int:
        """SIGTERM; its exit status."""
        self.process.terminate()
        return self.process.wait(WAIT_S)

    def text(self) -> str:
        """What it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def run(broker: Mosquitto, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts processes of the node with the broker's address; kills what is left."""
    made: list[Process] = []

    def start(*arguments: str) -> Process:
        made.append(Process(list(arguments or BRIDGE), broker.url(), tmp_path / f"process{len(made)}.log"))
        return made[-1]

    yield start
    for one in made:
        one.kill()


@pytest.fixture
def make_broker(tmp_path: Path) -> Iterator[Callable[..., Mosquitto]]:
    """Starts brokers; skips where Mosquitto is not installed."""
    if debian.find("mosquitto") is None:
        pytest.skip("needs Mosquitto – apt-get install mosquitto")
    made: list[Mosquitto] = []

    def make(**options: dict[str, str]) -> Mosquitto:
        made.append(Mosquitto(tmp_path / f"broker{len(made)}", **options))
        made[-1].start()
        return made[-1]

    yield make
    for broker in made:
        broker.stop()


@pytest.fixture
def broker(make_broker: Callable[..., Mosquitto]) -> Mosquitto:
    """A broker whom everybody may use."""
    return make_broker()


@pytest.fixture
def gateway(broker: Mosquitto) -> Iterator[Gateway]:
    """A client at the broker."""
    made = Gateway(broker.url())
    yield made
    made.close()

"""A real Mosquitto for the tests, and a gateway that publishes to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from apps.ingest.mqtt import addresses
from owlnode.embedded import debian
from owlnode.embedded.mosquitto import Mosquitto

WAIT_S = 20.0


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

"""The connection to a real broker: nothing is acknowledged by itself, everything comes again, memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from apps.ingest.mqtt import addresses
from apps.ingest.mqtt.connection import Connection
from apps.ingest.mqtt.types import Limits, Message
from owlnode.embedded.mosquitto import Mosquitto
from tests.ingest.mqtt.conftest import Gateway, wait_until

Opener = Callable[..., Connection]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Opens connections that listen to ``t/#``, and closes them at the end."""
    made: list[Connection] = []

    def open_one(url: str, *, limits: Limits | None = None) -> Connection:
        connection = Connection(addresses.parse(url), client_id="bridge", limits=limits or Limits())
        made.append(connection)
        connection.subscribe(frozenset({"t/#"}))
        connection.start()
        return connection

    yield open_one
    for connection in made:
        connection.finish()


def _settled(connection: Connection) -> None:
    wait_until(lambda: connection.is_subscribed, "the subscription is made")


def _receive(connection: Connection, count: int) -> list[Message]:
    found: list[Message] = []

    def have_all() -> bool:
        if len(found) < count and (message := connection.receive(0.01)) is not None:
            found.append(message)
        return len(found) == count

    wait_until(have_all, f"{count} messages came")
    return found


def test_what_is_not_acknowledged_comes_again_after_a_new_start(
    broker: Mosquitto, gateway: Gateway, opened: Opener
) -> None:
    first = opened(broker.url())
    _settled(first)
    gateway.publish(("t/a", b"1"), ("t/a", b"2"), ("t/a", b"3"))
    came = _receive(first, 3)
    first.acknowledge(came[:1])
    first.finish()
    second = opened(broker.url())
    again = _receive(second, 2)
    assert [(message.payload, message.again) for message in again] == [(b"2", True), (b"3", True)]


def test_a_session_outlives_the_broker(broker: Mosquitto, gateway: Gateway, opened: Opener) -> None:
    connection = opened(broker.url())
    _settled(connection)
    gateway.publish(("t/a", b"1"))
    first = _receive(connection, 1)
    broker.stop()
    wait_until(lambda: not connection.connected.is_set(), "the loss is noticed")
    broker.start()
    again = _receive(connection, 1)
    connection.acknowledge(first)  # an answer to the connection before: must not count for this one
    assert again[0].payload == b"1"
    assert again[0].connection != first[0].connection
    connection.finish()
    assert _receive(opened(broker.url()), 1)[0].payload == b"1"


def test_it_stops_reading_when_memory_is_full(broker: Mosquitto, gateway: Gateway, opened: Opener) -> None:
    connection = opened(broker.url(), limits=Limits(size=20_000))
    _settled(connection)
    gateway.publish(*[("t/a", bytes(4_000)) for _ in range(40)])
    wait_until(lambda: not connection.waiting.has_room, "memory is full")
    assert connection.waiting.messages == 5
    taken = 0
    while taken < 40:
        connection.acknowledge(_receive(connection, 1))
        taken += 1
        assert connection.waiting.size <= 20_000 + 4_500


def test_the_broker_sends_no_more_than_may_be_in_flight(broker: Mosquitto, gateway: Gateway, opened: Opener) -> None:
    connection = opened(broker.url(), limits=Limits(messages=10))
    _settled(connection)
    gateway.publish(*[("t/a", b"%d" % number) for number in range(30)])
    found = _receive(connection, 10)
    assert connection.receive(0.05) is None
    connection.acknowledge(found)
    assert [int(message.payload) for message in _receive(connection, 10)] == list(range(10, 20))


def test_other_filters_are_taken_up_and_former_ones_given_back(
    broker: Mosquitto, gateway: Gateway, opened: Opener
) -> None:
    connection = opened(broker.url())
    _settled(connection)
    connection.subscribe(frozenset({"u/+"}))
    _settled(connection)
    gateway.publish(("t/a", b"old"), ("u/a", b"new"))
    assert [message.payload for message in _receive(connection, 1)] == [b"new"]
    connection.finish()
    later = Connection(addresses.parse(broker.url()), client_id="bridge", limits=Limits())
    later.subscribe(frozenset({"v"}), held=frozenset({"u/+"}))
    later.start()
    _settled(later)
    gateway.publish(("u/a", b"nobody wants it"), ("v", b"wanted"))
    try:
        assert [message.payload for message in _receive(later, 2)] == [b"new", b"wanted"]
    finally:
        later.finish()


def test_a_password_is_needed_and_told_nowhere(
    make_broker: Callable[..., Mosquitto], opened: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    broker = make_broker(passwords={"owl": "geheim-17"})
    wrong = opened(broker.url().replace("mqtt://", "mqtt://owl:falsch-99@"))
    wait_until(lambda: wrong.last_error, "the refusal is noticed")
    wrong.finish()
    assert "uthori" in wrong.last_error
    right = opened(broker.url("owl"))
    wait_until(right.connected.is_set, "it is let in")
    assert "geheim-17" not in f"{caplog.text}{right.address!r}{right.address}"
    assert "falsch-99" not in f"{caplog.text}{wrong.address!r}{wrong.address}"


def test_the_older_protocol_works_too(broker: Mosquitto, gateway: Gateway, opened: Opener) -> None:
    connection = opened(f"{broker.url()}?version=3.1.1", limits=Limits(messages=10))
    _settled(connection)
    gateway.publish(*[("t/a", b"%d" % number) for number in range(30)])
    found = 0
    while found < 30:
        connection.acknowledge(_receive(connection, 1))
        found += 1
        assert connection.waiting.messages <= 10

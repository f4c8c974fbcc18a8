"""The loop, against a hand-written inbox and sink: batches end as they should; acknowledged is only what is stored."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.core.errors import Unavailable
from apps.ingest.mqtt.bridge import IDLE_S, Bridge
from apps.ingest.mqtt.types import Entry, Limits, Message


@dataclass
class Desk:
    """Inbox and sink in one: keeps in order what happened."""

    arriving: deque[Message] = field(default_factory=deque)
    events: list[tuple[str, int]] = field(default_factory=list)
    readings: int = 1
    outages: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def receive(self, seconds: float) -> Message | None:
        """What waits; when the bridge is idle, the test ends."""
        if self.arriving:
            return self.arriving.popleft()
        if seconds >= IDLE_S:
            self.stop.set()
        return None

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Note it."""
        self.events += [("ack", message.mid) for message in messages]

    def read(self, message: Message) -> Entry:
        """Every message has so many readings."""
        return Entry(message, self.readings)

    def store(self, entries: Sequence[Entry]) -> None:
        """Note it, or be away."""
        if self.outages:
            self.outages -= 1
            self.events.append(("outage", len(entries)))
            raise Unavailable("away")
        self.events.append(("commit", len(entries)))


def _desk(count: int, *, readings: int = 1, outages: int = 0) -> Desk:
    arriving = deque(Message("t", b"", mid=number + 1) for number in range(count))
    return Desk(arriving, readings=readings, outages=outages)


def _run(desk: Desk, **limits: float) -> Bridge:
    bridge = Bridge(desk, desk, desk.stop, Limits(**limits))  # type: ignore[arg-type]
    bridge.run()
    return bridge


def test_a_batch_is_committed_before_it_is_acknowledged() -> None:
    desk = _desk(3)
    _run(desk)
    assert desk.events == [("commit", 3), ("ack", 1), ("ack", 2), ("ack", 3)]


def test_a_batch_ends_with_the_message_that_fills_it() -> None:
    desk = _desk(5, readings=4)
    bridge = _run(desk, readings=10)
    assert [event for event in desk.events if event[0] == "commit"] == [("commit", 3), ("commit", 2)]
    assert (bridge.tally.messages, bridge.tally.readings, bridge.tally.batches) == (5, 20, 2)


def test_messages_without_readings_fill_a_batch_too() -> None:
    desk = _desk(5, readings=0)
    _run(desk, readings=2)
    assert [event for event in desk.events if event[0] == "commit"] == [("commit", 2), ("commit", 2), ("commit", 1)]


def test_a_batch_waits_no_longer_than_its_time() -> None:
    desk = _desk(3)
    _run(desk, seconds=0.0)
    assert [event for event in desk.events if event[0] == "commit"] == [("commit", 1)] * 3


def test_an_outage_of_the_database_costs_nothing_but_time() -> None:
    desk = _desk(2, outages=2)
    bridge = _run(desk)
    assert desk.events == [("outage", 2), ("outage", 2), ("commit", 2), ("ack", 1), ("ack", 2)]
    assert bridge.tally.outages == 2
    assert bridge.failures == 0


def test_told_to_stop_during_an_outage_it_acknowledges_nothing() -> None:
    desk = _desk(2, outages=1_000)
    desk.stop.set()
    bridge = Bridge(desk, desk, desk.stop)
    bridge.drain()
    assert desk.events == [("outage", 2)]


def test_the_rest_is_settled_at_the_end() -> None:
    desk = _desk(7)
    desk.stop.set()
    Bridge(desk, desk, desk.stop, Limits(readings=3)).drain()
    assert [event for event in desk.events if event[0] == "commit"] == [("commit", 3), ("commit", 3), ("commit", 1)]

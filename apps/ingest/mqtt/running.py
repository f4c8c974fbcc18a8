"""The bridge as a process: connection, sink and loop put together, its heartbeat, its sources read again."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from apps.core import clock, heartbeats
from apps.core.heartbeats import Pulse
from apps.ingest.mqtt.addresses import Address
from apps.ingest.mqtt.bridge import Bridge, Tally
from apps.ingest.mqtt.connection import Connection
from apps.ingest.mqtt.database import DatabaseSink
from apps.ingest.mqtt.types import Limits

log = logging.getLogger(__name__)
NAME = "mqtt_bridge"
LOOK_S = 2.0
"""How soon a changed source is noticed."""
BEAT_S = 5.0


@dataclass(slots=True)
class Caretaker:
    """What is done between batches: sources are read again, the heart beats."""

    connection: Connection
    sink: DatabaseSink
    pulse: Pulse
    tally: Tally = field(default_factory=Tally)
    look_at: float = 0.0
    beat_at: float = 0.0
    was_connected: bool = False
    held: frozenset[str] = frozenset()

    def __call__(self) -> None:
        """Do what is due; a database that is away now will be there later. Raises LeaseLost."""
        now = time.monotonic()
        if self.was_connected != self.connection.is_subscribed:
            self.was_connected = not self.was_connected
            self.beat_at = 0.0  # tell it now
        if now < min(self.look_at, self.beat_at):
            return
        try:
            if now >= self.look_at:
                self.look_at = now + LOOK_S
                self._look()
            if now >= self.beat_at:
                self.beat_at = now + BEAT_S
                heartbeats.beat(self.pulse, at=clock.now(), report=self._report(), memory=self.sink.memory())
        except (OperationalError, InterfaceError) as error:
            connection.close()
            log.warning("the database does not answer", extra={"error": type(error).__name__})

    def _look(self) -> None:
        if self.sink.subscriptions.refresh():
            self.connection.subscribe(self.sink.subscriptions.filters, held=self.held)
            self.held = frozenset()
            self.beat_at = 0.0  # what is subscribed must be known to the next process

    def _report(self) -> Mapping[str, Any]:
        return {
            "connected": self.connection.is_subscribed,
            "last_error": self.connection.last_error,
            "waiting": self.connection.waiting.messages,
            "messages": self.tally.messages,
            "readings": self.tally.readings,
            "batches": self.tally.batches,
            "outages": self.tally.outages,
        }


def run(
    address: Address,
    *,
    client_id: str,
    stop: threading.Event,
    limits: Limits | None = None,
) -> Tally:
    """Bridge until ``stop`` is set; then what has come is settled and the broker keeps the rest. Raises LeaseLost when
    another bridge has begun."""
    bounds = limits or Limits()
    pulse = heartbeats.begin(NAME, at=clock.now())
    sink = DatabaseSink(pulse, remembering=bounds.messages)
    sink.recall()
    link = Connection(address, client_id=client_id, limits=bounds)
    tally = Tally()
    caretaker = Caretaker(link, sink, pulse, tally, held=frozenset(pulse.memory.get("filters", ())))
    bridge = Bridge(link, sink, stop, bounds, caretaker, tally)
    caretaker()
    link.start()
    try:
        bridge.run()
        link.close()
        bridge.drain()
        with contextlib.suppress(OperationalError, InterfaceError):
            heartbeats.end(pulse, at=clock.now())
    finally:
        link.finish()
    return tally

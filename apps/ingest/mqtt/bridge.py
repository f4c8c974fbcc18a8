"""The bridge's loop: gather a batch, commit it, acknowledge it – in this order, whatever happens in between.

A message is acknowledged only after the commit that holds it, so whoever kills the process at any line makes the broker
send again what was not acknowledged, and writing it again changes nothing (docs/decisions/0016-mqtt.md).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from apps.core import duties
from apps.core.errors import Unavailable
from apps.ingest.mqtt.types import Entry, Inbox, Limits, Sink

log = logging.getLogger(__name__)
LONGEST_PAUSE_S = 15.0
IDLE_S = 0.5
DRAIN_S = 15.0


@dataclass(slots=True)
class Tally:
    """What the bridge did since it began."""

    messages: int = 0
    readings: int = 0
    batches: int = 0
    outages: int = 0


@dataclass(slots=True)
class Bridge:
    """``run`` until ``stop`` is set. ``between`` is called after every batch and at least twice a second when idle."""

    inbox: Inbox
    sink: Sink
    stop: threading.Event
    limits: Limits = field(default_factory=Limits)
    between: Callable[[], None] = lambda: None
    tally: Tally = field(default_factory=Tally)
    failures: int = 0

    def run(self) -> None:
        """Take in what comes; returns once ``stop`` is set and what had come by then is settled."""
        while not self.stop.is_set():
            self._once(IDLE_S)
            self.between()

    def drain(self) -> None:
        """Settle what still waits in memory, for some seconds at the most; the broker keeps the rest."""
        deadline = time.monotonic() + DRAIN_S
        while time.monotonic() < deadline and self._once(0.0):
            pass

    def _once(self, seconds: float) -> bool:
        entries = self._gather(seconds)
        if not entries or not self._store(entries):
            return False
        self.inbox.acknowledge([entry.message for entry in entries])
        self.tally.batches += 1
        self.tally.messages += len(entries)
        self.tally.readings += sum(entry.readings for entry in entries)
        return True

    def _gather(self, seconds: float) -> list[Entry]:
        """The next batch, nothing when nothing came for so long; ends as ``Limits`` says."""
        message = self.inbox.receive(seconds)
        entries: list[Entry] = []
        readings, due = 0, time.monotonic() + self.limits.seconds
        while message is not None:
            entries.append(self.sink.read(message))
            readings += entries[-1].readings
            if readings >= self.limits.readings or len(entries) >= self.limits.readings:
                break
            wait = min(self.limits.quiet_seconds, due - time.monotonic())
            message = self.inbox.receive(wait) if wait > 0 else None
        return entries

    def _store(self, entries: list[Entry]) -> bool:
        """Commit the batch, trying again as long as the database is away; False when told to stop meanwhile."""
        while True:
            try:
                self.sink.store(entries)
            except Unavailable as error:
                self.tally.outages += 1
                pause = duties.backoff(self.failures, base_seconds=0.2, cap_seconds=LONGEST_PAUSE_S)
                self.failures += 1
                log.warning("the database does not answer; nothing is acknowledged", extra={"error": error.message})
                if self.stop.wait(pause):
                    return False
            else:
                self.failures = 0
                return True

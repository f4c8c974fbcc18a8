"""The bridge's sink: a batch of messages becomes one transaction – readings, quarantine, and what must be remembered.

A message that breaks the batch is found by halving and goes to quarantine alone; a database that does not answer is no
message's fault. Messages whose readings have no time of their own are remembered by packet identifier and digest, in
the same transaction, as long as the broker may send them again: theirs is the only repetition that neither a counter
nor the key (datastream, time, span) would tell.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection, transaction

from apps.core import clock, heartbeats
from apps.core.errors import Invalid, LeaseLost, NotPermitted, OwlError, Unavailable
from apps.core.heartbeats import Pulse
from apps.ingest.mqtt.subscriptions import Subscriptions
from apps.ingest.mqtt.types import Entry, Message
from apps.ingest.payloads import documents, reading
from apps.ingest.payloads.context import Context
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sources import services as sources
from apps.sources.types import REMEMBERED_S, Uplink

if TYPE_CHECKING:
    from apps.sources.models import Source

log = logging.getLogger(__name__)
NOBODY = "mqtt"
"""The source of quarantined messages whose topic belongs to no source."""
PATIENCE = 3
"""So often a batch may fail while the database answers, before its messages are tried one by one."""
MAX_RAW = 60_000
NOT_KEPT = frozenset({"simulated-uplink"})
"""For these a message is refused and not kept either."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one source gets of a message: uplinks, or the error for which it could not be read.

    ``is_dated``: all its readings are told apart from those of other messages by their own time or counter.
    """

    source: Source
    uplinks: Sequence[Uplink] = ()
    problem: OwlError | None = None
    is_dated: bool = True

    @property
    def readings(self) -> int:
        """How many readings it holds."""
        return sum(len(uplink.values) for uplink in self.uplinks)


@dataclass(slots=True)
class DatabaseSink:
    """``pulse`` fences: another bridge's start ends this one with LeaseLost."""

    pulse: Pulse
    remembering: int = 10_000
    subscriptions: Subscriptions = field(default_factory=Subscriptions)
    undated: dict[int, str] = field(default_factory=dict)
    failures: int = 0

    def recall(self) -> None:
        """Take over what the process before remembered."""
        self.undated = {int(mid): digest for mid, digest in self.pulse.memory.get("undated", ())}

    def memory(self) -> dict[str, Any]:
        """What the next process must know."""
        return {"filters": sorted(self.subscriptions.filters), "undated": list(self.undated.items())}

    def read(self, message: Message) -> Entry:
        """See ``Sink``."""
        if message.is_ours:
            return Entry(message, 0, ())
        parts = tuple(self._part(source, message) for source in self.subscriptions.of(message.topic))
        return Entry(message, sum(part.readings for part in parts), parts or None)

    def store(self, entries: Sequence[Entry]) -> None:
        """See ``Sink``."""
        try:
            self._transact(entries)
        except (OperationalError, InterfaceError) as error:
            self.failures += 1
            if not _answers() or self.failures < PATIENCE:
                raise Unavailable(type(error).__name__) from error
            self._halve(entries, error)
        except LeaseLost:
            raise
        except Exception as error:
            self._halve(entries, error)
        self.failures = 0

    def _part(self, source: Source, message: Message) -> Part:
        try:
            found = reading.read(source.format, message.payload, Context(topic=message.topic))
        except OwlError as error:
            return Part(source, problem=error)
        except Exception as error:
            log.exception("a payload could not be read", extra={"source": source.slug})
            return Part(source, problem=Invalid(type(error).__name__, code="unreadable"))
        arrival = message.received_at or clock.now()
        is_dated = all(map(_is_dated, found.uplinks))
        # Without a time of its own a message is of the moment when it came, not of its batch's.
        uplinks = [one if one.time else replace(one, time=arrival) for one in found.uplinks]
        return Part(source, uplinks, is_dated=is_dated)

    def _transact(self, entries: Sequence[Entry]) -> None:
        at = clock.now()
        undated = dict(self.undated)
        with transaction.atomic():
            fresh = [entry for entry in entries if self._is_fresh(entry, undated)]
            for source, mine in _by_source(fresh).items():
                self._take(source, mine, at)
            _keep_strangers([entry.message for entry in fresh if entry.content is None], at)
            if undated != self.undated:
                heartbeats.beat(self.pulse, at=at, memory=self.memory() | {"undated": list(undated.items())})
        self.undated = undated

    def _is_fresh(self, entry: Entry, undated: dict[int, str]) -> bool:
        """Whether an undated message is new; it is remembered in the order of arrival, the oldest are forgotten."""
        parts = _parts(entry)
        if not parts or entry.message.qos == 0 or all(part.is_dated for part in parts):
            return True
        mid, digest = entry.message.mid, _digest(entry.message)
        if entry.message.again and undated.get(mid) == digest:
            return False
        undated.pop(mid, None)
        undated[mid] = digest
        while len(undated) > self.remembering:
            undated.pop(next(iter(undated)))
        return True

    def _take(self, source: Source, mine: Sequence[tuple[Message, Part]], at: datetime) -> None:
        for message, part in mine:
            if part.problem is not None:
                _refuse(source, message, part.problem, at)
        uplinks = [uplink for _message, part in mine for uplink in part.uplinks]
        if not uplinks:
            return
        try:
            sources.take(source=source, uplinks=uplinks, at=at)
        except NotPermitted as error:  # switched off since it was read
            for message, part in mine:
                if part.uplinks:
                    _refuse(source, message, error, at)

    def _halve(self, entries: Sequence[Entry], error: Exception) -> None:
        """Each half for itself; what fails alone goes to quarantine."""
        if len(entries) > 1:
            middle = len(entries) // 2
            self.store(entries[:middle])
            self.store(entries[middle:])
            return
        message = entries[0].message
        log.error("a message cannot be stored", extra={"topic": message.topic, "error": type(error).__name__})
        parts = _parts(entries[0])
        name = parts[0].source.batch_source if parts else NOBODY
        sensors.quarantine(source=name, rows=[_row(message, "not-storable", type(error).__name__)], at=clock.now())


def _answers() -> bool:
    """Whether the database is there, on a fresh connection."""
    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (OperationalError, InterfaceError):
        connection.close()
        return False
    return True


def _parts(entry: Entry) -> tuple[Part, ...]:
    return entry.content if isinstance(entry.content, tuple) else ()


def _by_source(entries: Sequence[Entry]) -> dict[Source, list[tuple[Message, Part]]]:
    found: dict[Source, list[tuple[Message, Part]]] = {}
    for entry in entries:
        for part in _parts(entry):
            found.setdefault(part.source, []).append((entry.message, part))
    return found


def _is_dated(uplink: Uplink) -> bool:
    """Whether it is known again however late it comes: by its time, or a counter that is remembered in full."""
    if uplink.time is not None or (uplink.counter and uplink.remember_s >= REMEMBERED_S):
        return True
    return 0 < len(uplink.values) == len(uplink.times)


def _refuse(source: Source, message: Message, problem: OwlError, at: datetime) -> None:
    """What cannot be read is counted, and kept as it came – but for what pretends to have been measured."""
    text = f"{problem.message} ({problem.part or problem.code})"
    if problem.code in NOT_KEPT:
        sources.note_error(source=source, message=text, at=at)
    else:
        body = documents.raw(message.payload)
        sources.refuse(source=source, body=body, code=problem.code, message=text, at=at)


def _keep_strangers(messages: Sequence[Message], at: datetime) -> None:
    if messages:
        detail = "the topic belongs to no source that is switched on"
        sensors.quarantine(source=NOBODY, rows=[_row(one, "unknown-topic", detail) for one in messages], at=at)


def _row(message: Message, reason: str, detail: str) -> sensor_types.QuarantineRow:
    kept = {"topic": message.topic, "raw": documents.raw(message.payload)[:MAX_RAW]}
    return sensor_types.QuarantineRow(payload=json.dumps(kept, ensure_ascii=False), reason=reason, detail=detail)


def _digest(message: Message) -> str:
    return hashlib.blake2b(message.topic.encode() + b"\0" + message.payload, digest_size=9).hexdigest()

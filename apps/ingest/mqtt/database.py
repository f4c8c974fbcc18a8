"""The bridge's sink: a batch of messages becomes one transaction – readings, quarantine, and what must be remembered.

A message that breaks the batch is found by halving and goes to quarantine alone; a database that does not answer is no
message's fault. Messages whose readings have no time of their own are remembered by packet identifier and digest, in
the same transaction, as long as the broker may send them again: theirs is the only repetition that neither a counter
nor the key (datastream, time, span) would tell.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection, transaction

from apps.core import clock, heartbeats
from apps.core.errors import LeaseLost, NotPermitted, OwlError, Unavailable
from apps.core.heartbeats import Pulse
from apps.ingest.mqtt import creating, recording
from apps.ingest.mqtt.creating import Creation
from apps.ingest.mqtt.subscriptions import Subscriptions
from apps.ingest.mqtt.types import Entry, Message
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sources import services as sources
from apps.sources.types import Format, Uplink

if TYPE_CHECKING:
    from apps.sources.models import Source

log = logging.getLogger(__name__)
NOBODY = "mqtt"
"""The source of quarantined messages whose topic belongs to no source."""
PATIENCE = 3
"""So often a batch may fail while the database answers, before its messages are tried one by one."""
MAX_RAW = 60_000
Reader = Callable[[bytes], Sequence[Uplink]]


@dataclass(frozen=True, slots=True)
class Part:
    """What one source gets of a message: uplinks, a creation, or why it could not be read.

    ``is_dated``: all its readings are told apart from those of other messages by their own time or counter.
    """

    source: Source
    uplinks: Sequence[Uplink] = ()
    creation: Creation | None = None
    problem: tuple[str, str] | None = None
    is_dated: bool = True

    @property
    def readings(self) -> int:
        """How many readings it holds."""
        made = 0 if self.creation is None else len(self.creation.rows)
        return made + sum(len(uplink.values) for uplink in self.uplinks)


@dataclass(slots=True)
class DatabaseSink:
    """``readers`` read one format each. ``pulse`` fences: another bridge's start ends this one with LeaseLost."""

    pulse: Pulse
    readers: Mapping[str, Reader]
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
            return self._understood(source, message)
        except OwlError as error:
            return Part(source, problem=(error.code, error.message))
        except Exception as error:
            log.exception("a payload could not be read", extra={"source": source.slug})
            return Part(source, problem=("unreadable", type(error).__name__))

    def _understood(self, source: Source, message: Message) -> Part:
        arrival = message.received_at or clock.now()
        if source.format == Format.SENSORTHINGS:
            creation = creating.parse(message.topic, message.payload, at=arrival)
            return Part(source, creation=creation, is_dated=creation.is_dated)
        reader = self.readers.get(source.format)
        if reader is None:
            return Part(source, problem=("no-reader", f"{source.format} does not come over MQTT"))
        uplinks = reader(message.payload)
        is_dated = all(one.time or one.counter or len(one.times) == len(one.values) for one in uplinks)
        # Without a time of its own a message is of the moment when it came, not of its batch's.
        return Part(source, [one if one.time else replace(one, time=arrival) for one in uplinks], is_dated=is_dated)

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
        unreadable = [(message, part.problem) for message, part in mine if part.problem is not None]
        if unreadable:
            rows = [_row(message, *problem) for message, problem in unreadable]
            sensors.quarantine(source=source.batch_source, rows=rows, at=at)
            sources.note_error(source=source, message=unreadable[-1][1][1], at=at)
        creations = [part.creation for _message, part in mine if part.creation is not None]
        if creations:
            recording.record(source=source, creations=creations, at=at)
        uplinks = [uplink for _message, part in mine for uplink in part.uplinks]
        if uplinks:
            try:
                sources.take(source=source, uplinks=uplinks, at=at)
            except NotPermitted as error:
                rows = [_row(message, error.code, error.message) for message, part in mine if part.uplinks]
                sensors.quarantine(source=source.batch_source, rows=rows, at=at)

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


def _keep_strangers(messages: Sequence[Message], at: datetime) -> None:
    if messages:
        detail = "the topic belongs to no source that is switched on"
        sensors.quarantine(source=NOBODY, rows=[_row(one, "unknown-topic", detail) for one in messages], at=at)


def _row(message: Message, reason: str, detail: str) -> sensor_types.QuarantineRow:
    try:
        kept = {"topic": message.topic, "raw": message.payload.decode("utf-8")[:MAX_RAW]}
    except UnicodeDecodeError:
        kept = {"topic": message.topic, "base64": base64.b64encode(message.payload[:MAX_RAW]).decode("ascii")}
    return sensor_types.QuarantineRow(payload=json.dumps(kept, ensure_ascii=False), reason=reason, detail=detail)


def _digest(message: Message) -> str:
    return hashlib.blake2b(message.topic.encode() + b"\0" + message.payload, digest_size=9).hexdigest()

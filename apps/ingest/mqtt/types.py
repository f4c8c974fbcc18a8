"""The words in which the bridge's parts speak to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

MAX_PACKET_BYTES = 5_300_000
"""The largest packet the broker may send us (MQTT 5, section 3.1.2.11.4): five MiB like the HTTP intake, and a head."""


MARK = "owlnode"
"""The user property (MQTT 5, section 3.3.2.3.7) by which announcements are known."""


@dataclass(frozen=True, slots=True)
class Message:
    """One PUBLISH as it came. ``connection`` counts connections: an acknowledgement is only valid within its own.

    ``mid`` is the packet identifier, ``again`` the DUP flag (MQTT 5, section 3.3.1.1): the broker sent it before.
    ``is_ours``: an announcement of this or another node (``MARK``), which must not come in as a reading again.
    """

    topic: str
    payload: bytes
    mid: int = 0
    qos: int = 1
    again: bool = False
    connection: int = 0
    received_at: datetime | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once. A batch ends with the message that brings it to ``readings``, ``seconds`` after its first one,
    or when nothing came for ``quiet_seconds``; ``messages`` and ``size`` (bytes) bound what waits in memory."""

    readings: int = 5_000
    seconds: float = 1.0
    quiet_seconds: float = 0.025
    messages: int = 10_000
    size: int = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that was read: how many readings it counts for, and what the sink made of it."""

    message: Message
    readings: int
    content: object = None


class Inbox(Protocol):
    """Where messages come from: a broker's connection, or a test."""

    def receive(self, seconds: float) -> Message | None:
        """The next message, waiting so long for it; None when none came."""
        ...

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """These are in the database; the broker may forget them."""
        ...


class Sink(Protocol):
    """Where messages go: the database, or a test."""

    def read(self, message: Message) -> Entry:
        """Understand a message. Never raises: what is not understood is content, too, and will be quarantined."""
        ...

    def store(self, entries: Sequence[Entry]) -> None:
        """Commit all of them, poisonous ones to quarantine. Raises Unavailable when the database does not answer."""
        ...

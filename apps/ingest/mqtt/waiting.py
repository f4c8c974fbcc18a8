"""What arrived and is not yet in the database: bounded in messages and bytes, between two threads."""

from __future__ import annotations

import queue
from collections.abc import Sequence

from apps.ingest.mqtt.types import Limits, Message

HEAD_BYTES = 500
"""What a message costs beside its payload."""


class Waiting:
    """The network's thread puts and forgets, the database's takes and settles. Each counter has one writer, so that no
    lock is needed for every message."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._queue: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._came, self._came_bytes = 0, 0
        self._forgotten, self._forgotten_bytes = 0, 0
        self._settled, self._settled_bytes = 0, 0

    @property
    def messages(self) -> int:
        """How many messages are here or in a batch that is not yet settled."""
        return self._came - self._forgotten - self._settled

    @property
    def size(self) -> int:
        """Their bytes."""
        return self._came_bytes - self._forgotten_bytes - self._settled_bytes

    @property
    def has_room(self) -> bool:
        """Whether another message may be read; if not, the network's thread leaves it to the broker."""
        return self.messages < self._limits.messages and self.size < self._limits.size

    def put(self, message: Message) -> None:
        """Add what just came."""
        self._came += 1
        self._came_bytes += _cost(message)
        self._queue.put(message)

    def forget(self) -> None:
        """The connection is gone: the broker sends again what was not acknowledged. Nobody else could, so messages of
        QoS 0 stay."""
        kept = []
        while (message := self.take(0.0)) is not None:
            if message.qos == 0:
                kept.append(message)
            else:
                self._forgotten += 1
                self._forgotten_bytes += _cost(message)
        for message in kept:
            self._queue.put(message)

    def take(self, seconds: float) -> Message | None:
        """The next message, waiting so long; None when none came."""
        try:
            return self._queue.get(timeout=seconds) if seconds > 0 else self._queue.get_nowait()
        except queue.Empty:
            return None

    def settle(self, messages: Sequence[Message]) -> None:
        """These are done with; their room is free."""
        self._settled += len(messages)
        self._settled_bytes += sum(map(_cost, messages))


def _cost(message: Message) -> int:
    return len(message.payload) + HEAD_BYTES

"""Heartbeats of processes that run for themselves: who is alive, and who has been replaced.

Whoever begins holds the name from then on; the one before learns it at its next beat and has to end. So a process that
hangs is replaced simply by starting another, and two by mistake do not last.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from apps.core.errors import LeaseLost
from apps.core.models import Heartbeat

DEAD_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Pulse:
    """A process's hold on its name; ``memory`` is what the process before it left."""

    name: str
    holder: uuid.UUID
    memory: Mapping[str, Any] = field(default_factory=dict)


def begin(name: str, *, at: datetime) -> Pulse:
    """Hold this name from now on."""
    place = f"{socket.gethostname()}:{os.getpid()}"[:200]
    values = {"holder": uuid.uuid4(), "place": place, "started_at": at, "beat_at": at, "ended_at": None, "report": {}}
    row, _created = Heartbeat.objects.update_or_create(name=name, defaults=values)
    return Pulse(row.name, row.holder, row.memory)


def beat(pulse: Pulse, *, at: datetime, **values: Mapping[str, Any]) -> None:
    """Still alive; ``report`` and ``memory`` may be given anew. Raises LeaseLost when another holds the name."""
    _fenced_update(pulse, beat_at=at, **values)


def end(pulse: Pulse, *, at: datetime) -> None:
    """Ended as it should. Raises LeaseLost when another holds the name."""
    _fenced_update(pulse, beat_at=at, ended_at=at)


def is_dead(row: Heartbeat, *, at: datetime) -> bool:
    """Whether it should be running and does not."""
    return row.ended_at is None and at - row.beat_at > DEAD_AFTER


def _fenced_update(pulse: Pulse, **values: Any) -> None:
    if not Heartbeat.objects.filter(name=pulse.name, holder=pulse.holder).update(**values):
        raise LeaseLost(f"another process has taken over {pulse.name}")

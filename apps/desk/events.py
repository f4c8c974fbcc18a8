"""What happened at the desk; announced on commit."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, slots=True)
class WorkQueued:
    """An email, a letter to a peer or a file to fetch waits."""

    request_id: int


work_queued: Event[WorkQueued] = Event("desk.work_queued")

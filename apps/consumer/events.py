"""What happened to replicas; announced on commit."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, slots=True)
class Hinted:
    """The owner says there is more."""

    subscription_id: int


@dataclass(frozen=True, slots=True)
class DeletionDue:
    """A replica has to go."""

    purge_id: int


hinted: Event[Hinted] = Event("consumer.hinted")
deletion_due: Event[DeletionDue] = Event("consumer.deletion_due")

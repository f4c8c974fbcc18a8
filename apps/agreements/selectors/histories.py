"""Timelines: every message about an agreement with both sides' states, and what hangs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from apps.agreements.models import Agreement, Message, Negotiation, Outbox
from apps.agreements.querysets import NegotiationQuerySet
from apps.agreements.types import Direction, Outcome


@dataclass(frozen=True)
class Step:
    """One message on a timeline; ``at`` aware UTC, ``direction`` in, out or waiting, ``error`` empty if all is well."""

    at: datetime
    direction: str
    kind: str
    state: str
    error: str


def timeline(negotiation: Negotiation) -> list[Step]:
    """All messages of a negotiation and of its agreement's transfers, the oldest first, then what still waits."""
    agreement = Agreement.objects.filter(negotiation=negotiation).first()
    transfers = list(agreement.transfers.all()) if agreement else []
    sent = Message.objects.filter(negotiation=negotiation) | Message.objects.filter(transfer__in=transfers)
    waiting = Outbox.objects.pending()
    queued = waiting.filter(negotiation=negotiation) | waiting.filter(transfer__in=transfers)
    done = (
        Step(row.at, Direction(row.direction).value, row.kind, row.state, row.error)
        for row in sent.order_by("at", "id")
    )
    todo = (
        Step(row.created_at, "waiting", row.body.get("@type", ""), "", row.last_error) for row in queued.order_by("id")
    )
    return list(chain(done, todo))


def waiting_for_decision() -> NegotiationQuerySet:
    """Negotiations that wait for an owner, the longest waiting first."""
    rows = Negotiation.objects.open().filter(waiting_since__isnull=False)
    return rows.select_related("peer", "basis__dataset").order_by("waiting_since")


def stuck(*, attempts: int = 5) -> int:
    """How many messages have been tried at least that often, or were refused for good."""
    hanging = Outbox.objects.pending().filter(attempts__gte=attempts).count()
    return hanging + Outbox.objects.filter(outcome=Outcome.REFUSED).count()

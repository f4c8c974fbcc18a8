"""Forgetting what can no longer matter."""

from __future__ import annotations

from datetime import datetime

from apps.core import clock
from apps.peers.models import Nonce

BATCH = 10_000


def prune_nonces(*, at: datetime | None = None) -> int:
    """Delete nonces whose requests could no longer pass the time checks, oldest first; returns how many."""
    ended = Nonce.objects.filter(expires_at__lt=at or clock.now()).order_by("expires_at").values("pk")[:BATCH]
    return Nonce.objects.filter(pk__in=list(ended.values_list("pk", flat=True))).delete()[0]

"""Questions to the tables of peers, and the circuit breaker's three statements."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q

from apps.core import duties
from apps.peers.states import (
    BREAKER_BASE_SECONDS,
    BREAKER_CAP_SECONDS,
    BREAKER_THRESHOLD,
    PUBLISHED,
    NodeKeyState,
    PeerState,
)


class NodeKeyQuerySet(models.QuerySet[Any]):
    """This node's own keys."""

    def published(self, at: datetime) -> NodeKeyQuerySet:
        """Those the identity document lists, the oldest version first."""
        return self.filter(state__in=PUBLISHED, expires_at__gt=at).order_by("version")

    def current(self) -> NodeKeyQuerySet:
        """The one that signs (none before the first start)."""
        return self.filter(state=NodeKeyState.CURRENT)


class PeerKeyQuerySet(models.QuerySet[Any]):
    """Pinned keys."""

    def usable(self, at: datetime) -> PeerKeyQuerySet:
        """Neither revoked nor expired nor of the future."""
        in_time = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
        return self.filter(in_time, revoked_at__isnull=True, valid_from__lte=at)


class PeerQuerySet(models.QuerySet[Any]):
    """Peers. The last three methods are the breaker: transport state, written by ``clients`` beside the call itself."""

    def trusted(self) -> PeerQuerySet:
        """Those that may ask and are asked."""
        return self.filter(state=PeerState.TRUSTED)

    def take_probe(self, pk: int, *, at: datetime, seconds: float) -> bool:
        """Whether this caller is the one that may try a half-open peer; for ``seconds`` nobody else may."""
        free = Q(probing_until__isnull=True) | Q(probing_until__lte=at)
        half_open = self.filter(free, pk=pk, opened_until__lte=at)
        return bool(half_open.update(probing_until=at + timedelta(seconds=seconds)))

    def note_success(self, pk: int, *, at: datetime, clock_offset_s: float | None) -> None:
        """The peer answered: close the breaker, remember its clock."""
        known = {} if clock_offset_s is None else {"clock_offset_s": clock_offset_s}
        self.filter(pk=pk).update(
            failures=0, opened_until=None, probing_until=None, last_ok_at=at, last_error="", **known
        )

    def note_failure(self, pk: int, *, at: datetime, error: str) -> None:
        """The peer did not answer: after some failures in a row it is left alone, each time longer (full jitter)."""
        self.filter(pk=pk).update(failures=F("failures") + 1, probing_until=None, last_error=error[:2000])
        failures = self.filter(pk=pk).values_list("failures", flat=True).first() or 0
        if failures >= BREAKER_THRESHOLD:
            wait = duties.backoff(
                failures - BREAKER_THRESHOLD, base_seconds=BREAKER_BASE_SECONDS, cap_seconds=BREAKER_CAP_SECONDS
            )
            self.filter(pk=pk).update(opened_until=at + timedelta(seconds=wait))

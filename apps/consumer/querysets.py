"""Questions to the consumer's tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from apps.consumer.types import PurgeState, SubscriptionState


class SubscriptionQuerySet(models.QuerySet[Any]):
    """Subscriptions."""

    def active(self) -> SubscriptionQuerySet:
        """Those whose replica is to be kept true."""
        return self.filter(state=SubscriptionState.ACTIVE)

    def running(self, at: datetime) -> SubscriptionQuerySet:
        """Those that somebody is pulling just now."""
        return self.filter(leased_until__gt=at)


class PurgeQuerySet(models.QuerySet[Any]):
    """Deletions."""

    def open(self) -> PurgeQuerySet:
        """Those not yet accepted by the owner."""
        return self.exclude(state=PurgeState.ACKNOWLEDGED)

"""When the regular duties of a subscription come round, and its description afresh."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.consumer.models import Subscription
from apps.consumer.services.describing import follow_description
from apps.consumer.types import Feed
from apps.core import clock

NIGHT_HOUR = 3


def next_night(at: datetime) -> datetime:
    """Three o'clock UTC after ``at``: comparisons then disturb nobody."""
    tonight = at.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > at else tonight + timedelta(days=1)


def refresh_description(subscription: Subscription, owner: Feed) -> None:
    """Follow the owner's description as it is now."""
    follow_description(subscription, owner.description(), at=clock.now())

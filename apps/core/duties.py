"""Claiming, settling and failing duties: fenced leases, exponential backoff with full jitter.

All functions survive kill -9 at any line and running twice: a lease runs out, a claim hands out a new one, and writes
under an old lease raise LeaseLost.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.core import clock
from apps.core.errors import LeaseLost
from apps.core.models import Duty

D = TypeVar("D", bound=Duty)
MAX_ERROR_CHARACTERS = 2000


def due(queryset: QuerySet[D], *, at: datetime) -> QuerySet[D]:
    """The rows whose time has come and which nobody holds, the longest waiting first."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=at)
    return queryset.filter(free, next_attempt_at__lte=at).order_by("next_attempt_at")


def claim(queryset: QuerySet[D], *, at: datetime, limit: int = 10, lease_seconds: float = 60) -> list[D]:
    """Take up to ``limit`` due rows under fresh leases, in its own transaction; what others hold is passed over."""
    with transaction.atomic():
        rows = list(due(queryset, at=at).select_for_update(skip_locked=True, of=("self",))[:limit])
        for row in rows:
            row.lease = uuid.uuid4()
            row.leased_until = at + timedelta(seconds=lease_seconds)
            row.save(update_fields=["lease", "leased_until"])
    return rows


def in_turn(
    queryset: QuerySet[D], *, at: datetime | None, limit: int, lease_seconds: float
) -> Iterator[tuple[D, datetime]]:
    """Up to ``limit`` due rows, each claimed when its turn comes, with the time of its claim (``at``, else now).

    For work that may be slow: a lease that many rows share would run out under the last of them.
    """
    for _turn in range(limit):
        moment = at or clock.now()
        rows = claim(queryset, at=moment, limit=1, lease_seconds=lease_seconds)
        if not rows:
            return
        yield rows[0], moment


def renew(row: Duty, *, at: datetime, lease_seconds: float = 60) -> None:
    """Hold on to a lease for longer work. Raises LeaseLost."""
    _fenced_update(row, leased_until=at + timedelta(seconds=lease_seconds))


def confirm(row: Duty) -> None:
    """Inside the caller's transaction: lock the row and make sure the lease is still ours. Raises LeaseLost."""
    held = type(row)._default_manager.select_for_update().filter(pk=row.pk, lease=row.lease).exists()
    if not held:
        raise LeaseLost(f"the lease on {row._meta.label} {row.pk} was taken over")


def settle(row: Duty, *, at: datetime, next_attempt_at: datetime | None) -> None:
    """The work went well: free the row; ``next_attempt_at`` None means nothing more is due. Raises LeaseLost."""
    _fenced_update(row, lease=None, leased_until=None, attempts=0, last_error="", next_attempt_at=next_attempt_at)


def fail(
    row: Duty, *, error: Exception | str, at: datetime, base_seconds: float = 1.0, cap_seconds: float = 900.0
) -> datetime:
    """The work failed: free the row and try again after a backoff. Returns the time of the next attempt."""
    wait = backoff(row.attempts, base_seconds=base_seconds, cap_seconds=cap_seconds)
    next_attempt_at = at + timedelta(seconds=wait)
    _fenced_update(
        row,
        lease=None,
        leased_until=None,
        attempts=row.attempts + 1,
        last_error=describe(error)[:MAX_ERROR_CHARACTERS],
        next_attempt_at=next_attempt_at,
    )
    return next_attempt_at


def backoff(attempts: int, *, base_seconds: float = 1.0, cap_seconds: float = 900.0) -> float:
    """Seconds to wait after ``attempts`` failures: exponential, capped, full jitter but never below a tenth of it."""
    ceiling = min(cap_seconds, base_seconds * 2.0 ** min(attempts, 30))
    return random.uniform(ceiling / 10, ceiling)  # noqa: S311 - spreads load, guards nothing


def describe(error: Exception | str) -> str:
    """One line a person can read: the error's kind and message."""
    return error if isinstance(error, str) else f"{type(error).__name__}: {error}"


def _fenced_update(row: Duty, **values: object) -> None:
    changed = type(row)._default_manager.filter(pk=row.pk, lease=row.lease).update(**values)
    if not changed:
        raise LeaseLost(f"the lease on {row._meta.label} {row.pk} was taken over")
    for name, value in values.items():
        setattr(row, name, value)

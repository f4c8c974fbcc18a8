"""Quarantine: input that could not be taken in is kept as it came, and tried again once it can be understood."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.core import clock
from apps.core.errors import OwlError
from apps.sensors.models import Quarantined
from apps.sensors.services.recording import record
from apps.sensors.types import QuarantineRow, Readings, ReplayResult

BLOCK = 2_000
MAX_PAYLOAD_CHARACTERS = 100_000
Resolver = Callable[[str, str], Readings | None]
"""Takes source and payload of a row; returns its readings, or None (or raises) when it is still not understood."""


def quarantine(*, source: str, rows: Iterable[QuarantineRow], at: datetime | None = None) -> int:
    """Keep input that could not be taken in; returns how many pieces are new.

    The same payload with the same reason from the same source is kept once, so that a repeated import adds nothing.
    """
    moment = at or clock.now()
    waiting = [_quarantined(source, row, moment) for row in rows]
    with transaction.atomic():
        before = _count(source, waiting)
        Quarantined.objects.bulk_create(waiting, batch_size=BLOCK, ignore_conflicts=True)
        return _count(source, waiting) - before


def replay(*, ids: Sequence[int], resolver: Resolver, at: datetime | None = None) -> ReplayResult:
    """Try waiting rows again, each in its own transaction: what ``resolver`` makes of them is recorded."""
    moment = at or clock.now()
    outcome: dict[bool, list[int]] = {True: [], False: []}
    for key in sorted(set(ids)):
        outcome[_replay_one(key, resolver, moment)].append(key)
    return ReplayResult(replayed=tuple(outcome[True]), still_waiting=tuple(outcome[False]))


def dismiss(*, ids: Sequence[int], at: datetime | None = None) -> int:
    """Settle waiting rows as not worth keeping apart; they stay readable. Returns how many were waiting."""
    waiting = Quarantined.objects.filter(pk__in=ids, state=Quarantined.State.WAITING)
    return waiting.update(state=Quarantined.State.DISMISSED, settled_at=at or clock.now())


def _replay_one(key: int, resolver: Resolver, at: datetime) -> bool:
    with transaction.atomic():
        row = Quarantined.objects.select_for_update().filter(pk=key, state=Quarantined.State.WAITING).first()
        if row is None:
            return False
        Quarantined.objects.filter(pk=key).update(replays=F("replays") + 1)
        try:
            readings = resolver(row.source, row.payload)
        except OwlError as error:
            Quarantined.objects.filter(pk=key).update(detail=error.message)
            return False
        if readings is None or not len(readings):
            return False
        result = record(readings=readings, source=row.source, client_key=f"quarantine-{key}", at=at)
        if result.rejected:
            Quarantined.objects.filter(pk=key).update(detail=result.rejected[0].detail)
        if len(result.rejected) == len(readings):
            return False
        Quarantined.objects.filter(pk=key).update(state=Quarantined.State.REPLAYED, settled_at=at)
        return True


def _quarantined(source: str, row: QuarantineRow, at: datetime) -> Quarantined:
    payload = row.payload.replace("\x00", "␀")[:MAX_PAYLOAD_CHARACTERS]
    payload = payload.encode(errors="replace").decode()
    return Quarantined(
        source=source,
        payload=payload,
        fingerprint=hashlib.sha256(f"{row.reason}\n{payload}".encode()).hexdigest(),
        reason=row.reason,
        detail=row.detail.replace("\x00", "␀").encode(errors="replace").decode(),
        occurred_at=row.occurred_at,
        received_at=at,
    )


def _count(source: str, waiting: Sequence[Quarantined]) -> int:
    found = 0
    for start in range(0, len(waiting), BLOCK):
        prints = [row.fingerprint for row in waiting[start : start + BLOCK]]
        found += Quarantined.objects.filter(source=source, fingerprint__in=prints).count()
    return found

"""Reactions to lower apps' events: they only hurry what the tick would find anyway."""

from __future__ import annotations

import time

from apps.agreements import events as agreements
from apps.agreements.states import Role
from apps.provider import tasks
from apps.sensors import events as sensors

HURRY_SECONDS = 0.25
_hurried = [0.0]


def register() -> None:
    """Subscribe; called once from AppConfig.ready."""
    sensors.readings_recorded.subscribe(_hurry)
    sensors.readings_deleted.subscribe(_hurry)
    agreements.agreement_ended.subscribe(_ended)


def _hurry(_event: object) -> None:
    """At most one tick in a while: a city recording many small batches must not fill its own queue with hurry."""
    now = time.monotonic()
    if now - _hurried[0] >= HURRY_SECONDS:
        _hurried[0] = now
        tasks.tick.delay()


def _ended(event: agreements.AgreementEnded) -> None:
    if event.role == Role.PROVIDER:
        tasks.tick.delay()

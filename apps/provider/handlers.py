"""Reactions to lower apps' events: they only hurry what the tick would find anyway."""

from __future__ import annotations

from apps.agreements import events as agreements
from apps.agreements.states import Role
from apps.provider import tasks
from apps.sensors import events as sensors


def register() -> None:
    """Subscribe; called once from AppConfig.ready."""
    sensors.readings_recorded.subscribe(_hurry)
    sensors.readings_deleted.subscribe(_hurry)
    agreements.agreement_ended.subscribe(_ended)


def _hurry(_event: object) -> None:
    tasks.tick.delay()


def _ended(event: agreements.AgreementEnded) -> None:
    if event.role == Role.PROVIDER:
        tasks.tick.delay()

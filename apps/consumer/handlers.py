"""Reactions to lower apps' events: they only hurry what the tick would find anyway."""

from __future__ import annotations

from apps.agreements import events as agreements
from apps.agreements.states import Role
from apps.consumer import events, tasks


def register() -> None:
    """Subscribe; called once from AppConfig.ready."""
    agreements.transfer_started.subscribe(_started)
    agreements.agreement_ended.subscribe(_ended)
    events.hinted.subscribe(_hinted)
    events.deletion_due.subscribe(_deletion_due)


def _started(event: agreements.TransferStarted) -> None:
    if event.role == Role.CONSUMER:
        tasks.tick.delay()


def _ended(event: agreements.AgreementEnded) -> None:
    if event.role == Role.CONSUMER:
        tasks.tick.delay()


def _hinted(event: events.Hinted) -> None:
    tasks.pull.delay(event.subscription_id)


def _deletion_due(event: events.DeletionDue) -> None:
    tasks.purge.delay(event.purge_id)

"""Reactions to what the desk announces: they only hurry what the tick would find anyway."""

from __future__ import annotations

from apps.desk import events, tasks


def register() -> None:
    """Subscribe; called once from AppConfig.ready."""
    events.work_queued.subscribe(_work_queued)


def _work_queued(_event: events.WorkQueued) -> None:
    tasks.send_mails.delay()
    tasks.exchange.delay()

"""What beat rings for. Every entry is a tick that looks into the database for what is due."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab


def beat_schedule(tick_seconds: float) -> dict[str, dict[str, Any]]:
    """Celery's ``beat_schedule``; a tick that nobody fetched in time is worthless and expires."""

    def tick(task: str, every: float) -> dict[str, Any]:
        return {"task": task, "schedule": every, "options": {"expires": max(every, 1.0)}}

    return {
        "sensors.sequence": tick("sensors.sequence", tick_seconds),
        "provider.tick": tick("provider.tick", tick_seconds),
        "consumer.tick": tick("consumer.tick", tick_seconds),
        "agreements.tick": tick("agreements.tick", tick_seconds),
        "desk.send_mails": tick("desk.send_mails", max(tick_seconds, 5.0)),
        "desk.exchange": tick("desk.exchange", max(tick_seconds, 5.0)),
        "desk.clear": tick("desk.clear", 60.0),
        "peers.tick": tick("peers.tick", max(tick_seconds, 5.0)),
        "sources.replay": tick("sources.replay", max(tick_seconds, 5.0)),
        "sources.tick": tick("sources.tick", max(tick_seconds, 30.0)),
        "sources.prune_hours": {"task": "sources.prune_hours", "schedule": crontab(hour=3, minute=29)},
        "sensors.make_partitions": {"task": "sensors.make_partitions", "schedule": crontab(minute=7)},
        "sensors.pack": {"task": "sensors.pack", "schedule": crontab(hour=2, minute=11)},
        "ledger.prove": {"task": "ledger.prove", "schedule": crontab(hour=2, minute=41)},
        "ledger.thin_observations": {"task": "ledger.thin_observations", "schedule": crontab(hour=3, minute=3)},
        "core.prune_task_runs": {"task": "core.prune_task_runs", "schedule": crontab(hour=3, minute=17)},
    }

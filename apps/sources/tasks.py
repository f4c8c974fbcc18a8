"""Background work of the sources app; every task calls one service."""

from __future__ import annotations

from apps.core import clock
from apps.core.tasks import tracked
from apps.sources import services


@tracked(name="sources.tick", quiet=True)
def tick() -> str:
    """Look for silence and for sensors that speak again, and forget what need not be remembered; says what it did."""
    return services.tick(at=clock.now())


@tracked(name="sources.replay", quiet=True)
def replay() -> int:
    """Take in what waits for new mappings; the hint after a mapping and the tick call it. Returns how many rows."""
    return services.replay_due(at=clock.now())


@tracked(name="sources.prune_hours", quiet=True)
def prune_hours() -> int:
    """Drop old counts of what came from each source; returns how many hours."""
    return services.prune_hours(at=clock.now())

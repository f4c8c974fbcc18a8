"""Background work of the sensors app; every task calls one service."""

from __future__ import annotations

from apps.core.tasks import tracked
from apps.sensors import services


@tracked(name="sensors.sequence", quiet=True)
def sequence() -> int:
    """Number what was committed; the tick and the hint after a batch both call it. Returns how many."""
    return services.sequence()


@tracked(name="sensors.make_partitions", quiet=True)
def make_partitions() -> int:
    """Make the months ahead; returns how many were missing."""
    return services.ensure_ahead()


@tracked(name="sensors.pack", quiet=True)
def pack() -> int:
    """Pack closed months; returns how many."""
    return services.pack_due()

"""Background work of peers: ticks that look into the database for what is due."""

from __future__ import annotations

from apps.core.tasks import tracked


@tracked(name="peers.tick", quiet=True)
def tick() -> int:
    """Placeholder."""
    return 0

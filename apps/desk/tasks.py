"""Background work of the desk: one service call; what is due stands in the database."""

from __future__ import annotations

from apps.core.tasks import tracked
from apps.desk import services


@tracked(name="desk.tick", quiet=True)
def tick() -> int:
    """Emails, letters to other cities, files, expiries, erasures."""
    return services.run_due()

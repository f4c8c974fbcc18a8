"""Nightly work on the ledger."""

from __future__ import annotations

from apps.core.tasks import tracked
from apps.ledger import services


@tracked(name="ledger.prove")
def prove() -> str:
    """Prove the whole ledger; a fault fails the run, is logged as an error and stands in the task runs."""
    report = services.prove()
    return f"{report.entries} entries, {report.checkpoints} checkpoints agree"


@tracked(name="ledger.thin_observations", quiet=True)
def thin_observations() -> int:
    """Keep one observed checkpoint a day of the past; returns how many were forgotten."""
    return services.thin_observations()

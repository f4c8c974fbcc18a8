"""Epochs: after a restore the numbers of batches count anew, and peers reconcile instead of trusting."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core import clock
from apps.core.guards import advisory_xact_lock
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.sensors.models import Epoch
from apps.sensors.selectors.batches import epoch_and_high


def bump_epoch(*, reason: str, at: datetime | None = None) -> int:
    """Begin a new epoch: every cursor given out before is void. Returns its number.

    The reason stands in the epoch's row: it is free text, which the ledger does not take.
    """
    moment = at or clock.now()
    with transaction.atomic():
        advisory_xact_lock("sensors.epoch")
        number = epoch_and_high()[0] + 1
        Epoch.objects.create(number=number, started_at=moment, reason=reason)
        ledger.append(
            kind=Kind.EPOCH,
            subject=f"urn:owl:epoch:{number}",
            payload={"epoch": number, "reason": "operator"},
            at=moment,
        )
    return number

"""Taking in this city's own readings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, ProgrammingError

from apps.core import clock
from apps.core.errors import TooLarge
from apps.sensors.services import batches
from apps.sensors.services.batches import Order
from apps.sensors.services.origins import declared
from apps.sensors.services.partitions import forget_months
from apps.sensors.services.writing import write
from apps.sensors.types import MAX_BATCH_ROWS, BatchResult, Readings


def record(
    *, readings: Readings, source: str, client_key: str | None = None, at: datetime | None = None
) -> BatchResult:
    """Store readings of own datastreams as a batch (more than 2**20 rows: as several), in one transaction.

    Rows that cannot be stored are reported with their reason and cost no other row. A known value is unchanged, a
    different one a recorded correction; a deleted reading that comes again lives again. The same ``client_key`` of the
    same ``source`` is carried out once: later calls get the first result. Raises TooLarge for more than 2**20 rows
    under a client key.
    """
    if client_key and len(readings) > MAX_BATCH_ROWS:
        raise TooLarge(
            f"At most {MAX_BATCH_ROWS} readings fit under one client key.",
            part="client_key",
            remedy="Split them, each part with a key of its own.",
        )
    order = Order(source=source, client_key=client_key or "", at=at or clock.now())
    try:
        return _record(readings, order)
    except (IntegrityError, ProgrammingError):
        # A datastream's state was behind its rows, or a month was dropped: look before every row this time.
        forget_months()
        return _record(readings, replace(order, append=False))


def _record(readings: Readings, order: Order) -> BatchResult:
    with declared(""):
        if order.client_key and (known := batches.repeated(source=order.source, client_key=order.client_key)):
            return known
        return write(readings, order)

"""The sequencer: gives visible batches their place in the feed, without gaps, forgetting none."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from apps.core.guards import advisory_xact_lock
from apps.sensors import events

LIMIT = 10_000
_NUMBER = """
WITH base AS (SELECT coalesce(max(number), 0) AS number FROM sensors_batch),
waiting AS (SELECT id, row_number() OVER (ORDER BY id) AS place
    FROM (SELECT id FROM sensors_batch WHERE number IS NULL ORDER BY id LIMIT %s) AS unnumbered)
UPDATE sensors_batch b SET number = base.number + waiting.place FROM base, waiting WHERE b.id = waiting.id
RETURNING b.number
"""


def sequence(*, at: datetime | None = None) -> int:
    """Number the committed batches that have no number yet, in order of their ids; returns how many.

    The lock comes first and the numbering is a statement of its own, so that its snapshot is younger than the lock: it
    sees what the sequencer before it numbered. A batch still being written stays unnumbered and holds up no other.
    """
    del at
    with transaction.atomic():
        advisory_xact_lock("sensors.sequencer")
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, [LIMIT])
            numbers = [row[0] for row in cursor.fetchall()]
        if numbers:
            events.batches_numbered.announce(events.BatchesNumbered(min(numbers), max(numbers)))
    return len(numbers)

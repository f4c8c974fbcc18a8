"""What follows from a recorded batch: a hint to the sequencer. Should it be lost, the tick numbers the batch."""

from __future__ import annotations

from apps.sensors import events, tasks


@events.readings_recorded.subscribe
def number_recorded(happened: events.ReadingsRecorded) -> None:
    """Have the batch numbered now rather than at the next tick."""
    tasks.sequence.apply_async(retry=False)


@events.readings_deleted.subscribe
def number_deleted(happened: events.ReadingsDeleted) -> None:
    """Have the batch of tombstones numbered now rather than at the next tick."""
    tasks.sequence.apply_async(retry=False)

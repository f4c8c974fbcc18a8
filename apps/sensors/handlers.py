"""What follows from a recorded batch: a hint to the sequencer. Should it be lost, the tick numbers the batch."""

from __future__ import annotations

import time

from apps.sensors import events, tasks

PAUSE_SECONDS = 0.25
"""A message costs five milliseconds of a processor: at twenty a second they were a third of many small writes."""
SILENCE_SECONDS = 60.0


class Hint:
    """One message for many batches: what is committed shortly after it is numbered along with it, or by the tick."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def give(self) -> None:
        """Have what is committed numbered now, unless that was asked for a moment ago.

        A broker that does not answer costs seconds, so for a minute it is left alone: the tick goes on.
        """
        now = time.monotonic()
        if now < self.quiet_until:
            return
        self.quiet_until = now + SILENCE_SECONDS
        tasks.sequence.apply_async(retry=False)
        self.quiet_until = now + PAUSE_SECONDS


hint = Hint()


@events.readings_recorded.subscribe
def number_recorded(happened: events.ReadingsRecorded) -> None:
    """Have the batch numbered now rather than at the next tick."""
    hint.give()


@events.readings_deleted.subscribe
def number_deleted(happened: events.ReadingsDeleted) -> None:
    """Have the batch of tombstones numbered now rather than at the next tick."""
    hint.give()

"""What follows from a mapping: a hint to take in what waited. Should it be lost, the tick finds the duty."""

from __future__ import annotations

from apps.sources import events, tasks


@events.key_mapped.subscribe
def replay_waiting(happened: events.KeyMapped) -> None:
    """Have the waiting values taken in now rather than at the next tick."""
    tasks.replay.apply_async(retry=False)

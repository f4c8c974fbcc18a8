"""What peers does when something happens: it enqueues a task, nothing else."""

from __future__ import annotations

from apps.peers import events, tasks


def on_key_announced(happened: events.KeyAnnounced) -> None:
    """Tell the peers soon; the tick would find the notices anyway."""
    tasks.tick.delay()


def on_peer_trusted(happened: events.PeerChanged) -> None:
    """Exchange checkpoints with a new peer soon; the tick would do so anyway."""
    tasks.tick.delay()


def register() -> None:
    """Subscribe to the events of this app; called once at start."""
    events.key_announced.subscribe(on_key_announced)
    events.peer_trusted.subscribe(on_peer_trusted)
    events.peer_resumed.subscribe(on_peer_trusted)

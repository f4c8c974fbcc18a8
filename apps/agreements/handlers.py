"""What agreements do when something happens here or in the apps below: ring for a task, nothing more."""

from __future__ import annotations

from apps.agreements import events, tasks
from apps.catalogue import events as catalogue_events
from apps.peers import events as peer_events


def register() -> None:
    """Subscribe to the events of this app and of those below; called once at start."""
    events.message_queued.subscribe(_message_queued)
    for event in (
        peer_events.peer_suspended,
        peer_events.peer_resumed,
        peer_events.peer_removed,
        peer_events.peer_trusted,
    ):
        event.subscribe(_trust_changed)
    catalogue_events.terms_released.subscribe(_release_changed)
    catalogue_events.release_withdrawn.subscribe(_release_changed)


def _trust_changed(happened: peer_events.PeerChanged) -> None:
    tasks.follow_trust.delay(happened.peer_id)


def _message_queued(happened: events.MessageQueued) -> None:
    tasks.drain_peer.delay(happened.peer_id)


def _release_changed(happened: catalogue_events.TermsReleased | catalogue_events.ReleaseWithdrawn) -> None:
    tasks.follow_release.delay(happened.dataset_id)

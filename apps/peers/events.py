"""What happened to peers and keys; announced on commit."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True, slots=True)
class PeerChanged:
    """``reason`` is a stable word or an administrator's own text."""

    peer_id: int
    did: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeyAnnounced:
    """A new key of this node waits to be told to the peers."""

    version: int


peer_trusted: Event[PeerChanged] = Event("peer_trusted")
peer_suspended: Event[PeerChanged] = Event("peer_suspended")
"""Also announced when a peer falls back to ``proposed`` because its key was compromised."""
peer_resumed: Event[PeerChanged] = Event("peer_resumed")
peer_removed: Event[PeerChanged] = Event("peer_removed")
key_announced: Event[KeyAnnounced] = Event("key_announced")

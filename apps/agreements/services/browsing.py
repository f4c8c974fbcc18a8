"""Looking at what a peer offers. These calls ask the peer, so they belong outside of transactions."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.agreements import clients
from apps.agreements.clients import RemoteDataset
from apps.agreements.models import ProtocolBinding
from apps.core import clock
from apps.peers.models import Peer

BELIEVED_FOR = timedelta(days=1)


def root_of(*, peer: Peer, at: datetime | None = None) -> str:
    """The URL under which the peer takes messages; its version document is asked again once a day.

    Raises PeerError when the peer cannot be asked, BadMessage when it does not speak 2025-1.
    """
    moment = at or clock.now()
    known = ProtocolBinding.objects.filter(peer=peer).first()
    if known is not None and known.checked_at > moment - BELIEVED_FOR and clients.under(peer, known.root):
        return known.root
    root = clients.ask_root(peer)
    ProtocolBinding.objects.update_or_create(peer=peer, defaults={"root": root, "checked_at": moment})
    return root


def remote_catalogue(*, peer: Peer, at: datetime | None = None) -> list[RemoteDataset]:
    """Everything the peer shows us. Raises PeerError when it cannot be asked, Invalid when its answer is unreadable."""
    return clients.remote_catalogue(peer, root=root_of(peer=peer, at=at))


def remote_dataset(*, peer: Peer, identifier: str, at: datetime | None = None) -> RemoteDataset | None:
    """One dataset of the peer by short name or identifier on the wire, or None. Raises like ``remote_catalogue``."""
    return clients.remote_dataset(peer, identifier, root=root_of(peer=peer, at=at))

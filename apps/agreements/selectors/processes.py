"""Negotiations and transfers by their process id, as a peer may ask for them."""

from __future__ import annotations

from apps.agreements.models import Negotiation, Transfer
from apps.peers.models import Peer


def negotiation(peer: Peer, pid: str) -> Negotiation | None:
    """The peer's negotiation that this node knows under that id of its own, or None."""
    row: Negotiation | None = Negotiation.objects.of_pid(pid, peer).first()
    return row


def transfer(peer: Peer, pid: str) -> Transfer | None:
    """The peer's transfer that this node knows under that id of its own, or None."""
    row: Transfer | None = Transfer.objects.of_pid(pid, peer).first()
    return row

"""Which agreements are there, and which are in force."""

from __future__ import annotations

from datetime import datetime

from apps.agreements.models import Agreement, Transfer
from apps.agreements.querysets import AgreementQuerySet
from apps.agreements.states import TransferState
from apps.core import clock
from apps.peers.models import Peer

_FEED_STOPS = (TransferState.SUSPENDED, TransferState.COMPLETED, TransferState.TERMINATED)


def find(uid: str, *, peer: Peer | None = None) -> Agreement | None:
    """The agreement of that uid (``urn:uuid:…`` or the bare UUID) in whatever state, of that peer if one is given."""
    full = uid if ":" in uid else f"urn:uuid:{uid}"
    rows = Agreement.objects.select_related("peer", "dataset", "renews").filter(uid=full)
    agreement: Agreement | None = (rows if peer is None else rows.filter(peer=peer)).first()
    return agreement


def active(uid: str, peer: Peer, *, at: datetime | None = None) -> Agreement | None:
    """The agreement if data may flow under it at ``at`` (aware UTC, default now), else None.

    It must be this peer's, in state active, not past its expiry, the peer trusted, and not every transfer of it halted.
    """
    agreement = find(uid, peer=peer)
    moment = at or clock.now()
    if agreement is None or agreement.peer.state != "trusted":
        return None
    if not Agreement.objects.active(moment).filter(pk=agreement.pk).exists():
        return None
    transfers = Transfer.objects.filter(agreement=agreement)
    flowing = transfers.filter(halted="").exclude(state__in=_FEED_STOPS)
    return agreement if flowing.exists() or not transfers.exists() else None


def in_force(*, at: datetime | None = None) -> AgreementQuerySet:
    """All agreements in force at ``at`` (default now), both roles."""
    return Agreement.objects.select_related("peer", "dataset").active(at or clock.now())


def all_agreements() -> AgreementQuerySet:
    """Every agreement there ever was, both roles, the latest first."""
    return Agreement.objects.select_related("peer", "dataset").order_by("-signed_at", "-pk")


def successor(uid: str, *, at: datetime | None = None) -> Agreement | None:
    """The newest agreement in force in the chain of renewals of ``uid``, itself excluded; None where there is none."""
    moment = at or clock.now()
    agreement, found = find(uid), None
    while agreement is not None:
        agreement = Agreement.objects.filter(renews=agreement).first()
        if agreement is not None and Agreement.objects.active(moment).filter(pk=agreement.pk).exists():
            found = agreement
    return found

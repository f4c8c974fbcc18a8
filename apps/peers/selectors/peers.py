"""Which peers there are and which of their keys count."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import NotFound
from apps.peers.models import Peer, PeerKey
from apps.peers.states import Breaker, PeerState
from apps.wire import keys


def peer(did: str) -> Peer:
    """The peer of this DID in whatever state. Raises NotFound."""
    found = find(did)
    if found is None:
        raise NotFound(_("There is no peer %(did)s here.") % {"did": did}, part="peer")
    return found


def find(did_or_url: str) -> Peer | None:
    """The peer of this DID or base address in whatever state, or None."""
    plain = did_or_url.rstrip("/")
    return Peer.objects.filter(did=plain).first() or (
        Peer.objects.filter(base_url=plain).exclude(state=PeerState.REMOVED).first()
    )


def all_peers() -> QuerySet[Peer]:
    """Every peer there ever was, by name."""
    return Peer.objects.select_related("user").order_by("name", "did")


def trusted() -> QuerySet[Peer]:
    """The peers that may ask and are asked, by name."""
    return all_peers().filter(state=PeerState.TRUSTED)


def breaker(peer: Peer, *, at: datetime | None = None) -> Breaker:
    """Whether the peer is called at present."""
    return peer.breaker(at or clock.now())


def verify_key(keyid: str, *, at: datetime | None = None) -> keys.VerifyKey | None:
    """The key of a trusted peer that counts now, or None. Fits as ``resolve`` of ``wire`` functions."""
    rows = PeerKey.objects.usable(at or clock.now())
    row: PeerKey | None = rows.filter(keyid=keyid, peer__state=PeerState.TRUSTED).first()
    return row.verify_key if row else None


def known_key(keyid: str) -> keys.VerifyKey | None:
    """The key under this id that was ever pinned and never revoked, expired or not: for reading old statements."""
    row: PeerKey | None = PeerKey.objects.filter(keyid=keyid, revoked_at__isnull=True).first()
    return row.verify_key if row else None

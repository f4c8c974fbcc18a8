"""Which peers there are and which of their keys count."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core import clock
from apps.core.errors import NotFound
from apps.peers.models import Peer, PeerKey, TrustConfirmation
from apps.peers.states import BREAKER_THRESHOLD, Breaker, PeerState
from apps.wire import keys

CLOCK_TOLERANCE_S = 30.0
"""How far a peer's clock may be off before somebody should know; requests are refused well beyond it."""


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


def shown(key: int) -> Peer:
    """The peer of this primary key, in whatever state. Raises NotFound."""
    found: Peer | None = all_peers().filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such peer here."), part="peer")
    return found


def with_watches() -> QuerySet[Peer]:
    """Every peer with the state of its checkpoint exchange at hand, by name."""
    return all_peers().select_related("checkpoint_watch")


def keys_of(peer: Peer) -> QuerySet[PeerKey]:
    """The keys of a peer that were ever pinned, the newest first."""
    return PeerKey.objects.filter(peer=peer).order_by("-ceremony", "-version")


def confirmations(peer: Peer) -> QuerySet[TrustConfirmation]:
    """Who has confirmed the fingerprint in the peer's present ceremony, the first one first."""
    rows = TrustConfirmation.objects.filter(peer=peer, ceremony=peer.ceremony)
    return rows.select_related("user").order_by("confirmed_at")


def to_confirm(user: User) -> list[Peer]:
    """Proposed peers that still need this person's word; empty for anybody but an administrator."""
    if not accounts.has_role(user, Role.ADMINISTRATOR):
        return []
    rows = all_peers().filter(state=PeerState.PROPOSED).exclude(fingerprint="")
    spoken = TrustConfirmation.objects.filter(user=user).values_list("peer", "ceremony")
    return [row for row in rows if (row.pk, row.ceremony) not in set(spoken)]


def failing() -> list[Peer]:
    """Trusted peers that do not answer now, whose clock is off, or whose ledger showed two histories."""
    rows = with_watches().filter(state=PeerState.TRUSTED)
    wrong = Q(failures__gte=BREAKER_THRESHOLD) | Q(checkpoint_watch__forked_at__isnull=False)
    wrong |= Q(clock_offset_s__gt=CLOCK_TOLERANCE_S) | Q(clock_offset_s__lt=-CLOCK_TOLERANCE_S)
    return list(rows.filter(wrong).order_by("-updated_at"))


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

"""Pinning the keys of a document: the first step of a ceremony, and all of it where a trust file is allowed."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.types import UserKind
from apps.core.errors import Conflict, Invalid, StateConflict
from apps.core.guards import advisory_xact_lock
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers.models import Peer, PeerKey
from apps.peers.states import PeerState, TrustSource
from apps.peers.types import KeySet
from apps.wire import did, keys
from apps.wire.messages.trust import key_version

LOCK = "peers.pinning"
MAX_NAME = 120


def pin(document: did.DidDocument, *, base_url: str, name: str, at: datetime) -> Peer:
    """Inside a transaction: the peer of this document, ``proposed``, with exactly its published keys pinned.

    Seen again with the same keys, earlier confirmations go on counting; with other keys the ceremony begins anew.
    Raises StateConflict for a trusted or suspended peer, Conflict if another peer has this address, Invalid for a
    document without a usable key or this node's own.
    """
    if document.did == settings.NODE.did:
        raise Invalid(_("This is this node's own address."), part="base_url")
    usable = _usable(document, at)
    fingerprint = KeySet.of(key.raw for key in usable).fingerprint
    peer = _row(document.did, base_url)
    if peer.pk and peer.state in {PeerState.TRUSTED, PeerState.SUSPENDED}:
        raise StateConflict(
            _("%(peer)s is already a peer (%(state)s).") % {"peer": peer.did, "state": peer.get_state_display()},
            part="peer",
            remedy=_("If its key changed without a rotation, declare the old one compromised first."),
        )
    if peer.pk and (peer.state == PeerState.REMOVED or peer.fingerprint != fingerprint):
        peer.ceremony += 1
    peer.name, peer.base_url = (name or peer.name or document.did)[:MAX_NAME], base_url
    peer.state, peer.state_reason, peer.fingerprint = PeerState.PROPOSED, "", fingerprint
    peer.trust_source = TrustSource.NONE
    peer.user = accounts.create_principal(kind=UserKind.PEER, name=document.did)
    accounts.set_active(user=peer.user, active=False)
    peer.save()
    _replace_keys(peer, usable, at)
    return peer


def record(peer: Peer, change: str, *, at: datetime, decision: str | None = None) -> None:
    """One ledger entry on what this node thinks of a peer; call it last in the transaction."""
    ledger.append(
        kind=Kind.PEER_CHANGE,
        subject=peer.did,
        payload={
            "peer": peer.did,
            "change": change,
            "fingerprint": peer.fingerprint or None,
            "decision": decision,
        },
        at=at,
    )


def _usable(document: did.DidDocument, at: datetime) -> list[did.DidKey]:
    found = [key for key in document.keys if key.revoked is None and (key.expires is None or key.expires > at)]
    if not found:
        raise Invalid(_("%(did)s publishes no key that is valid now.") % {"did": document.did}, part="did")
    return sorted(found, key=lambda key: key_version(key.keyid))


def _row(peer_did: str, base_url: str) -> Peer:
    advisory_xact_lock(LOCK)  # two administrators may propose the same address at the same moment
    known: Peer | None = Peer.objects.select_for_update().filter(did=peer_did).first()
    taken = Peer.objects.filter(base_url=base_url).exclude(did=peer_did).exclude(state=PeerState.REMOVED)
    if taken.exists():
        raise Conflict(_("Another peer has the address %(url)s.") % {"url": base_url}, part="base_url")
    return known or Peer(did=peer_did)


def _replace_keys(peer: Peer, usable: list[did.DidKey], at: datetime) -> None:
    PeerKey.objects.filter(peer=peer, revoked_at__isnull=True).update(revoked_at=at)
    PeerKey.objects.bulk_create(
        PeerKey(
            peer=peer,
            ceremony=peer.ceremony,
            version=key_version(key.keyid),
            keyid=key.keyid,
            public_key=keys.to_multibase(key.raw),
            fingerprint=keys.fingerprint(key.raw),
            valid_from=at,
            expires_at=key.expires,
        )
        for key in usable
    )

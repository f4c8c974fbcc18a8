"""The keys of this node and its peers as the ledger needs them (``ledger.types.ports.Identity``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from apps.ledger import types as ledger_types
from apps.peers.errors import KeyMissing
from apps.peers.models import NodeKey, Peer, PeerKey
from apps.peers.selectors.identity import signing_key
from apps.wire import keys


@dataclass(frozen=True, slots=True)
class LedgerSigner:
    """This node's present key under the name of its log: its DID."""

    name: str
    key: keys.SigningKey

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes."""
        return self.key.verify_key.raw

    def sign(self, message: bytes, /) -> bytes:
        """The 64 bytes of the Ed25519 signature."""
        return self.key.sign(message)


class LedgerIdentity:
    """What ``ledger`` asks about keys; plugged in once at start. Keys of the past stay known: they signed the past."""

    def signer(self) -> ledger_types.Signer | None:
        """The key that signs now, or None before the first start."""
        try:
            return ledger_signer()
        except KeyMissing:
            return None

    def own_keys(self) -> Sequence[ledger_types.Key]:
        """Every key this node ever had."""
        return [ledger_types.Key(settings.NODE.did, row.verify_key.raw) for row in NodeKey.objects.all()]

    def witness_keys(self) -> Sequence[ledger_types.Key]:
        """Every key of a peer that was ever pinned."""
        rows = PeerKey.objects.select_related("peer")
        return [ledger_types.Key(row.peer.did, row.verify_key.raw) for row in rows]


def ledger_signer() -> LedgerSigner:
    """The signer of this node's checkpoints and cosignatures. Raises KeyMissing, KeyFileUnsafe."""
    return LedgerSigner(name=settings.NODE.did, key=signing_key())


def ledger_keys_of(peer: Peer) -> list[ledger_types.Key]:
    """The peer's keys by which its checkpoints and cosignatures may be signed: the unrevoked of this ceremony."""
    rows = PeerKey.objects.filter(peer=peer, ceremony=peer.ceremony, revoked_at__isnull=True).order_by("-version")
    return [ledger_types.Key(peer.did, row.verify_key.raw) for row in rows]

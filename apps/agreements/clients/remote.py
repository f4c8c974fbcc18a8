"""What a peer offers to us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.agreements import types
from apps.agreements.clients import catalogue
from apps.core.errors import Invalid, PeerRefused
from apps.peers.models import Peer
from apps.policies.terms import Terms
from apps.wire.dsp.catalogue import DatasetEntry


@dataclass(frozen=True)
class RemoteOffer:
    """An offer of a peer: its policy verbatim and its terms, or why they are not understood."""

    uid: str
    policy: dict[str, Any]
    terms: Terms | None
    problem: str = ""


@dataclass(frozen=True)
class RemoteDataset:
    """A dataset in a peer's catalogue; ``id`` on the wire, ``identifier`` its short name (else the id again)."""

    id: str
    identifier: str
    title: str
    description: str
    formats: tuple[str, ...]
    offers: tuple[RemoteOffer, ...]


def remote_catalogue(peer: Peer, *, root: str) -> list[RemoteDataset]:
    """Everything the peer shows us. Raises PeerError when it cannot be asked, Invalid when its answer is unreadable."""
    return [_read(entry) for entry in catalogue.datasets(peer, root=root)]


def remote_dataset(peer: Peer, identifier: str, *, root: str) -> RemoteDataset | None:
    """One dataset of the peer by short name or identifier on the wire, or None. Raises like ``remote_catalogue``."""
    if identifier.startswith("urn:"):
        try:
            return _read(catalogue.dataset(peer, identifier, root=root))
        except PeerRefused as refusal:
            if refusal.peer_status != 404:
                raise
    found = (entry for entry in catalogue.datasets(peer, root=root) if identifier in (entry.identifier, entry.id))
    entry = next(found, None)
    return _read(entry) if entry else None


def _read(entry: DatasetEntry) -> RemoteDataset:
    return RemoteDataset(
        id=entry.id,
        identifier=entry.identifier or entry.id,
        title=entry.title,
        description=entry.description,
        formats=entry.formats,
        offers=tuple(_offer(policy) for policy in entry.offers),
    )


def _offer(policy: dict[str, Any]) -> RemoteOffer:
    try:
        return RemoteOffer(uid=policy["@id"], policy=policy, terms=types.offered(policy))
    except Invalid as error:
        return RemoteOffer(uid=policy["@id"], policy=policy, terms=None, problem=error.message)

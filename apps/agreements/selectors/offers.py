"""What this node offers, and to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.agreements.models import Offer
from apps.agreements.querysets import OfferQuerySet
from apps.agreements.types import FEED_FORMAT
from apps.catalogue.states import TermsState
from apps.core import clock
from apps.peers.models import Peer
from apps.peers.states import PeerState
from apps.policies import terms as policy_terms
from apps.policies.terms import Terms
from apps.wire.dsp import catalogue as wire
from apps.wire.dsp import policy

RELEASED = TermsState.RELEASED
SHARED = ("peers", "public")
_ECLIPSE = ("edc", "eclipse", "tractus")


def open_to(peer: Peer, *, at: datetime | None = None) -> list[Offer]:
    """The open offers this peer may see at ``at`` (default now), by dataset: released terms, shared, not run out."""
    moment = at or clock.now()
    if peer.state != PeerState.TRUSTED:
        return []
    return [offer for offer in _candidates(peer) if _stands(offer, moment)]


def stands(offer: Offer, peer: Peer, *, at: datetime) -> bool:
    """Whether this very offer is still open to the peer."""
    return any(row.pk == offer.pk for row in open_to(peer, at=at))


def visible(peer: Peer, *, at: datetime | None = None) -> list[wire.DatasetEntry]:
    """The datasets of the catalogue as this peer may see it, sorted by identifier; never one without an offer."""
    found: dict[str, list[Offer]] = {}
    for offer in open_to(peer, at=at):
        found.setdefault(offer.dataset.identifier, []).append(offer)
    return [entry_of(found[identifier], peer) for identifier in sorted(found)]


def dataset(peer: Peer, identifier: str, *, at: datetime | None = None) -> wire.DatasetEntry | None:
    """One dataset by its identifier on the wire, as this peer may see it, or None."""
    found = [offer for offer in open_to(peer, at=at) if offer.target == identifier]
    return entry_of(found, peer) if found else None


def asked_for(peer: Peer, asked: Mapping[str, Any], *, at: datetime) -> Offer | None:
    """The offer that a request is about: by its id, else the newest open one of the dataset it names; or None."""
    offers = open_to(peer, at=at)
    by_id = [offer for offer in offers if offer.uid == asked.get("@id")]
    target = asked.get("target")
    if by_id and target in (None, by_id[0].target):
        return by_id[0]
    return next((offer for offer in reversed(offers) if offer.target == target), None)


def terms_of(offer: Offer) -> Terms:
    """The terms behind an offer of our own."""
    return policy_terms.parse(offer.terms_version.terms)


def policy_for(offer: Offer, peer: Peer) -> policy.Policy:
    """The offer's policy as this peer is shown it: Eclipse connectors read the expiry in their own words too."""
    terms = terms_of(offer)
    if terms.expires_at is None or not peer.software.lower().startswith(_ECLIPSE):
        return dict(offer.policy)
    return policy.with_in_force_date(offer.policy, until=str(terms.to_mapping()["expires_at"]))


def entry_of(offers: list[Offer], peer: Peer) -> wire.DatasetEntry:
    """Offers of one dataset as an entry of the catalogue for a peer."""
    about = offers[0].dataset
    return wire.DatasetEntry(
        id=offers[0].target,
        offers=tuple(policy_for(offer, peer) for offer in offers),
        formats=(FEED_FORMAT,),
        identifier=about.identifier,
        title=about.title,
        description=about.description_de,
    )


def _candidates(peer: Peer) -> OfferQuerySet:
    return Offer.objects.open_to(peer).select_related("dataset", "terms_version").order_by("dataset_id", "id")


def _stands(offer: Offer, at: datetime) -> bool:
    if offer.terms_version.state != RELEASED:
        return False
    terms = terms_of(offer)
    return terms.visibility in SHARED and (terms.expires_at is None or at < terms.expires_at)

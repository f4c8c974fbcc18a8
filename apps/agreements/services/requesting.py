"""The consumer's first step, and the provider's own: asking for an agreement, renewing one, offering one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agreements.clients import RemoteDataset, RemoteOffer
from apps.agreements.errors import AlreadyAgreed, InvalidMove
from apps.agreements.models import Agreement, Negotiation, Offer
from apps.agreements.selectors import offers
from apps.agreements.services import browsing, conversation, deciding, records
from apps.agreements.states import Act, Role
from apps.agreements.types import FEED_FORMAT, new_urn
from apps.core import clock
from apps.core.errors import Invalid, NotFound
from apps.core.guards import advisory_xact_lock
from apps.peers.models import Peer
from apps.policies import evaluation
from apps.wire.dsp import negotiation as wire
from apps.wire.dsp import policy


@dataclass(frozen=True)
class _Wish:
    peer: Peer
    found: RemoteDataset
    address: str
    purpose: str
    user: User | None
    renews: Agreement | None = None


def request_agreement(
    *, peer: Peer, dataset_identifier: str, purpose: str, user: User | None, at: datetime | None = None
) -> Negotiation:
    """Ask a peer for an agreement about one of its datasets (short name or identifier on the wire), for a purpose.

    Asks the peer for its offer, so call it outside of transactions. Asking again while a negotiation is open returns
    that one. Raises NotFound (it shows no such dataset), Invalid (no offer we understand, or none for this purpose),
    AlreadyAgreed (then renew), PeerError.
    """
    moment = at or clock.now()
    found = _shown(peer, dataset_identifier, moment)
    address = browsing.root_of(peer=peer, at=moment)
    with transaction.atomic():
        advisory_xact_lock(f"agreements.request:{peer.pk}:{found.id}")
        in_force = Agreement.objects.active(moment).filter(role=Role.CONSUMER, peer=peer, negotiation__target=found.id)
        if in_force.exists():
            raise AlreadyAgreed(
                _("There is an agreement about this dataset already."), part="dataset", remedy=_("Renew it instead.")
            )
        wish = _Wish(peer, found, address, purpose, user)
        return _open_or_new(wish, moment)


def renew(*, agreement: Agreement, user: User | None, at: datetime | None = None) -> Negotiation:
    """Negotiate the agreement's successor (consumer) under what the peer offers now, for the same purpose.

    The old agreement runs on to its own end; the new one names it in ``renews``, so that the replica is handed over and
    not purged. Raises InvalidMove unless it is an agreement in force of which this node is the consumer and which has
    no successor yet; else like ``request_agreement``.
    """
    moment = at or clock.now()
    in_force = Agreement.objects.active(moment).filter(pk=agreement.pk, role=Role.CONSUMER, renewed_by__isnull=True)
    if not in_force.exists() or agreement.negotiation is None:
        raise InvalidMove(
            _("Only an agreement in force, without a successor, is renewed, and by its consumer."), part="agreement"
        )
    found = _shown(agreement.peer, agreement.negotiation.target, moment)
    address = browsing.root_of(peer=agreement.peer, at=moment)
    with transaction.atomic():
        advisory_xact_lock(f"agreements.request:{agreement.peer.pk}:{found.id}")
        wish = _Wish(agreement.peer, found, address, agreement.purpose, user, agreement)
        return _open_or_new(wish, moment)


def offer_to(*, offer: Offer, peer: Peer, user: User, at: datetime | None = None) -> Negotiation:
    """Offer an agreement to a peer that has not asked (provider); its owner decides.

    Asks the peer for its protocol root, so call it outside of transactions. Raises NotPermitted, NotFound where the
    offer is not open to this peer, PeerError.
    """
    moment = at or clock.now()
    if offer.pk not in [row.pk for row in offers.open_to(peer, at=moment)]:
        raise NotFound(_("This offer is not open to that peer."), part="offer")
    address = browsing.root_of(peer=peer, at=moment)
    with transaction.atomic():
        row = Negotiation(
            role=Role.PROVIDER,
            peer=peer,
            provider_pid=new_urn(),
            address=address,
            basis=offer,
            target=offer.target,
            dataset_identifier=offer.dataset.identifier,
            title=offer.dataset.title,
            offer=policy.offer_for_message(offer.policy, target=offer.target),
            requested_by=user,
        )
        deciding.check_owner(row, user)
        row.save()
        message = wire.ContractOfferMessage(
            provider_pid=row.provider_pid, offer=row.offer, callback_address=conversation.callback_address()
        )
        conversation.queue(row, Act.OFFER_CONTRACT, message, at=moment)
        return row


def _shown(peer: Peer, identifier: str, at: datetime) -> RemoteDataset:
    found = browsing.remote_dataset(peer=peer, identifier=identifier, at=at)
    if found is None:
        raise NotFound(
            _("%(peer)s shows us no dataset “%(dataset)s”.") % {"peer": peer, "dataset": identifier[:100]},
            part="dataset",
            remedy=_("Ask its owner whether it is released and offered to this city."),
        )
    if FEED_FORMAT not in found.formats:
        raise Invalid(
            _("The dataset is not served in the format %s.") % FEED_FORMAT, code="unknown-format", part="format"
        )
    return found


def _open_or_new(wish: _Wish, at: datetime) -> Negotiation:
    open_ones = Negotiation.objects.open().filter(role=Role.CONSUMER, peer=wish.peer, target=wish.found.id)
    open_one: Negotiation | None = open_ones.filter(renews=wish.renews).first()
    if open_one is not None:
        return open_one
    chosen = _choose(wish.found, wish.purpose, at)
    row: Negotiation = Negotiation.objects.create(
        role=Role.CONSUMER,
        peer=wish.peer,
        consumer_pid=new_urn(),
        address=wish.address,
        target=wish.found.id,
        dataset_identifier=wish.found.identifier,
        title=wish.found.title,
        purpose=wish.purpose,
        offer=policy.offer_for_message(chosen.policy, target=wish.found.id),
        requested_by=wish.user,
        renews=wish.renews,
    )
    message = wire.ContractRequestMessage(
        consumer_pid=row.consumer_pid,
        offer=row.offer,
        callback_address=conversation.callback_address(),
        purpose=wish.purpose or None,
        renews=wish.renews.uid if wish.renews else None,
    )
    conversation.queue(row, Act.REQUEST_CONTRACT, message, at=at)
    return row


def _choose(found: RemoteDataset, purpose: str, at: datetime) -> RemoteOffer:
    """The newest offer we understand and whose clauses agree with the purpose."""
    problems = []
    for offer in reversed(found.offers):
        if offer.terms is None:
            problems.append(offer.problem)
            continue
        asked = evaluation.Request(recipient=records.this_did(), purpose=purpose, at=at)
        verdict = evaluation.evaluate(offer.terms, asked)
        if verdict.allowed:
            return offer
        problems += [outcome.reason_en for outcome in verdict.outcomes if not outcome.ok]
    raise Invalid(_("No offer of this dataset fits: %s") % " ".join(problems), code="no-fitting-offer", part="offer")

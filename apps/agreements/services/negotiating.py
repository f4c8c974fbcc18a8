"""Messages of the negotiation as a peer sends them: taken in completely inside the request, or not at all."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.agreements import events
from apps.agreements.clients import roots
from apps.agreements.errors import PolicyMismatch
from apps.agreements.models import Negotiation
from apps.agreements.selectors import offers
from apps.agreements.services import acknowledging, concluding, considering, conversation, deciding
from apps.agreements.states import Act, NegotiationState, Role
from apps.agreements.types import new_urn
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotFound
from apps.peers.models import Peer
from apps.wire.dsp import Message, policy
from apps.wire.dsp import negotiation as wire


def receive_contract_request(
    *, peer: Peer, message: wire.ContractRequestMessage, pid: str | None = None, at: datetime | None = None
) -> Negotiation:
    """A peer asks for an agreement (provider): a first request, or with ``pid`` its answer to our offer.

    A repeated first request returns the negotiation it made. Raises NotFound for what the peer may not see, Invalid,
    InvalidMove.
    """
    moment = at or clock.now()
    if pid is not None:
        return _requested_again(peer, message, pid, moment)
    if message.callback_address is None:
        raise Invalid(_("A first request names a callbackAddress."), part="callbackAddress")
    address = roots.checked(peer, message.callback_address, part="callbackAddress")
    try:
        with transaction.atomic():
            return _first_request(peer, message, address, moment)
    except IntegrityError:  # the same request, at the same moment, on another connection
        return _repeated(_known(peer, message.consumer_pid), message)


def receive_contract_offer(
    *, peer: Peer, message: wire.ContractOfferMessage, pid: str | None = None, at: datetime | None = None
) -> Negotiation:
    """A peer offers an agreement (consumer): of its own accord, or with ``pid`` in answer to our request.

    An offer with the very terms we asked for is accepted at once, any other waits for an owner. Raises NotFound,
    Invalid, InvalidMove.
    """
    moment = at or clock.now()
    if pid is not None:
        return _offered_again(peer, message, pid, moment)
    if message.callback_address is None:
        raise Invalid(_("A first offer names a callbackAddress."), part="callbackAddress")
    address = roots.checked(peer, message.callback_address, part="callbackAddress")
    try:
        with transaction.atomic():
            return _first_offer(peer, message, address, moment)
    except IntegrityError:
        known = Negotiation.objects.get(role=Role.CONSUMER, peer=peer, provider_pid=message.provider_pid)
        return _repeated(known, message)


def receive_agreement(
    *, peer: Peer, message: wire.ContractAgreementMessage, pid: str, at: datetime | None = None
) -> Negotiation:
    """The provider agrees; its text is held against the last offer, and verified at once.

    A text that says something else ends the negotiation and raises PolicyMismatch naming the parts. Raises NotFound,
    Invalid, InvalidMove.
    """
    moment = at or clock.now()
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, Act.AGREE, moment)
        if again:
            return row
        fault = considering.fault_of(row, message.agreement, at=moment)
        if fault is None:
            row.agreement = message.agreement
            _move(row, message, Act.AGREE, moment)
            answer = wire.ContractAgreementVerificationMessage(row.provider_pid, row.consumer_pid)
            conversation.queue(row, Act.VERIFY, answer, at=moment)
            return row
        deciding.stop(row, code=fault.code, reason=fault.message, at=moment)
    raise fault


def receive_verification(
    *, peer: Peer, message: wire.ContractAgreementVerificationMessage, pid: str, at: datetime | None = None
) -> Negotiation:
    """The consumer has verified the agreement (provider): finalized at once. Raises NotFound, Invalid, InvalidMove."""
    moment = at or clock.now()
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, Act.VERIFY, moment)
        if not again:
            _move(row, message, Act.VERIFY, moment)
            answer = wire.ContractNegotiationEventMessage(row.provider_pid, row.consumer_pid, "FINALIZED")
            conversation.queue(row, Act.FINALIZE, answer, at=moment)
        return row


def receive_event(
    *, peer: Peer, message: wire.ContractNegotiationEventMessage, pid: str, at: datetime | None = None
) -> Negotiation:
    """ACCEPTED from a consumer: the agreement goes out. FINALIZED from a provider: the agreement is in force.

    Raises NotFound, Invalid, InvalidMove.
    """
    moment = at or clock.now()
    act = Act.FINALIZE if message.event_type == "FINALIZED" else Act.ACCEPT_OFFER
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, act, moment)
        if again:
            return row
        _move(row, message, act, moment)
        if act is Act.FINALIZE:
            concluding.conclude(row, at=moment)
        else:
            considering.accept(row, at=moment)
        return row


def receive_negotiation_termination(
    *, peer: Peer, message: wire.ContractNegotiationTerminationMessage, pid: str, at: datetime | None = None
) -> Negotiation:
    """The peer ends the negotiation, in any open state. Raises NotFound, Invalid, InvalidMove."""
    moment = at or clock.now()
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, Act.TERMINATE_NEGOTIATION, moment)
        if not again:
            conversation.drop_unsent(row, at=moment)
            row.waiting_since = None
            _move(row, message, Act.TERMINATE_NEGOTIATION, moment)
            row.error = " ".join((message.code or "", *message.reason)).strip()
            row.save(update_fields=["error"])
        return row


def _first_request(peer: Peer, message: wire.ContractRequestMessage, address: str, at: datetime) -> Negotiation:
    known = Negotiation.objects.filter(role=Role.PROVIDER, peer=peer, consumer_pid=message.consumer_pid).first()
    if known is not None:
        return _repeated(known, message)
    basis = offers.asked_for(peer, message.offer, at=at)
    if basis is None:
        raise NotFound(_("There is no such offer."), part="offer")
    row = Negotiation.objects.create(
        role=Role.PROVIDER,
        peer=peer,
        provider_pid=new_urn(),
        consumer_pid=message.consumer_pid,
        state=NegotiationState.REQUESTED,
        address=address,
        basis=basis,
        target=basis.target,
        dataset_identifier=basis.dataset.identifier,
        title=basis.dataset.title,
        offer=policy.offer_for_message(message.offer, target=basis.target),
        purpose=message.purpose or considering.only_purpose(basis),
        renews=considering.renewed(peer, message, basis),
    )
    conversation.note_in(row, message, at=at)
    considering.consider(row, at=at)
    return row


def _requested_again(peer: Peer, message: wire.ContractRequestMessage, pid: str, at: datetime) -> Negotiation:
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, Act.REQUEST_CONTRACT, at)
        if again:
            return row
        row.offer = policy.offer_for_message(message.offer, target=row.target)
        row.basis = offers.asked_for(peer, row.offer, at=at) or row.basis
        _move(row, message, Act.REQUEST_CONTRACT, at)
        considering.consider(row, at=at)
        return row


def _first_offer(peer: Peer, message: wire.ContractOfferMessage, address: str, at: datetime) -> Negotiation:
    known = Negotiation.objects.filter(role=Role.CONSUMER, peer=peer, provider_pid=message.provider_pid).first()
    if known is not None:
        return _repeated(known, message)
    row = Negotiation.objects.create(
        role=Role.CONSUMER,
        peer=peer,
        provider_pid=message.provider_pid,
        consumer_pid=new_urn(),
        state=NegotiationState.OFFERED,
        address=address,
        target=message.offer["target"],
        dataset_identifier=message.offer["target"],
        offer=message.offer,
        waiting_since=at,
    )
    conversation.note_in(row, message, at=at)
    events.decision_needed.announce(events.DecisionNeeded(negotiation=row.pk))
    return row


def _offered_again(peer: Peer, message: wire.ContractOfferMessage, pid: str, at: datetime) -> Negotiation:
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, Act.OFFER_CONTRACT, at)
        if again:
            return row
        if message.offer["target"] != row.target:
            raise PolicyMismatch(_("The offer is about another dataset."), part="offer.target")
        same = not policy.differences(row.offer, message.offer)
        row.offer = message.offer
        _move(row, message, Act.OFFER_CONTRACT, at)
        if same:
            deciding.agree(row, at=at)
        else:
            row.waiting_since = at
            row.save(update_fields=["waiting_since"])
            events.decision_needed.announce(events.DecisionNeeded(negotiation=row.pk))
        return row


def _incoming(peer: Peer, message: Message, pid: str, act: Act, at: datetime) -> tuple[Negotiation, bool]:
    """The locked negotiation, and whether this message was taken in before. Raises NotFound, Invalid, InvalidMove."""
    row = conversation.locked_for(Negotiation, pid=pid, peer=peer)
    if not isinstance(row, Negotiation):
        raise NotFound(_("There is no such process here."), part="pid")
    conversation.check_pids(row, message)
    acknowledging.catch_up(row, act, at=at)
    if conversation.target_of(row, act, Role(row.role).other) is not None:
        return row, False
    if conversation.seen_before(row, message):
        return row, True
    raise conversation.refuse_move(row, act)


def _move(row: Negotiation, message: Message, act: Act, at: datetime) -> None:
    target = conversation.target_of(row, act, Role(row.role).other)
    if target is None:
        raise conversation.refuse_move(row, act)
    row.state = target
    conversation.note_in(row, message, at=at)


def _repeated(row: Negotiation, message: Message) -> Negotiation:
    if conversation.seen_before(row, message):
        return row
    raise Conflict(_("This process id was used for something else before."), code="pid-reused", part="pid")


def _known(peer: Peer, consumer_pid: str) -> Negotiation:
    row: Negotiation = Negotiation.objects.get(role=Role.PROVIDER, peer=peer, consumer_pid=consumer_pid)
    return row

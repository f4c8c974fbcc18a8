"""Transfers: messages as a peer sends them, and stopping or resuming the data from here."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.agreements.clients import roots
from apps.agreements.errors import InvalidMove, UnknownFormat
from apps.agreements.models import Agreement, Transfer
from apps.agreements.services import acknowledging, concluding, conversation
from apps.agreements.states import Act, AgreementState, NegotiationState, Role, TransferState
from apps.agreements.types import END_CODE, FEED_FORMAT, Halt, new_urn
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotFound
from apps.peers.models import Peer
from apps.wire.dsp import Message
from apps.wire.dsp import transfer as wire

ENDPOINT_TYPE = "https://w3id.org/idsa/v4.1/HTTP"
Stop = wire.TransferSuspensionMessage | wire.TransferCompletionMessage | wire.TransferTerminationMessage
_STOPS: dict[type[Stop], Act] = {
    wire.TransferSuspensionMessage: Act.SUSPEND_TRANSFER,
    wire.TransferCompletionMessage: Act.COMPLETE_TRANSFER,
    wire.TransferTerminationMessage: Act.TERMINATE_TRANSFER,
}


def receive_transfer_request(
    *, peer: Peer, message: wire.TransferRequestMessage, at: datetime | None = None
) -> Transfer:
    """A peer asks for the data of an agreement (provider): started at once. A repeated request returns its transfer.

    Raises NotFound for an agreement that is not the peer's or not in force, UnknownFormat, Invalid, Conflict.
    """
    moment = at or clock.now()
    address = roots.checked(peer, message.callback_address, part="callbackAddress")
    try:
        with transaction.atomic():
            return _requested(peer, message, address, moment)
    except IntegrityError:  # the same request, at the same moment, on another connection
        return _repeated(
            Transfer.objects.get(role=Role.PROVIDER, peer=peer, consumer_pid=message.consumer_pid), message
        )


def receive_transfer_start(
    *, peer: Peer, message: wire.TransferStartMessage, pid: str, at: datetime | None = None
) -> Transfer:
    """Data may flow, for the first time or again. Raises NotFound, Invalid, InvalidMove."""
    moment = at or clock.now()
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, Act.START_TRANSFER, moment)
        if again:
            return row
        if row.agreement.state != AgreementState.ACTIVE:
            raise InvalidMove(_("The agreement has ended."), part="agreement")
        if row.role == Role.CONSUMER:
            row.endpoint = _endpoint(row, message)
        row.halted = Halt.NONE if row.halted == Halt.PEER else row.halted
        _move(row, message, Act.START_TRANSFER, moment)
        if not row.halted:
            acknowledging.announce_started(row)
        return row


def receive_transfer_stop(*, peer: Peer, message: Stop, pid: str, at: datetime | None = None) -> Transfer:
    """Suspension, completion or termination by the peer: no data flow from the commit on.

    A termination whose code says that the agreement itself has ended ends it here too. Raises NotFound, Invalid,
    InvalidMove.
    """
    moment = at or clock.now()
    act = _STOPS[type(message)]
    with transaction.atomic():
        row, again = _incoming(peer, message, pid, act, moment)
        if again:
            return row
        if act is not Act.SUSPEND_TRANSFER:
            conversation.drop_unsent(row, at=moment)
        row.halted = row.halted or Halt.PEER
        _move(row, message, act, moment)
        if not isinstance(message, wire.TransferCompletionMessage):
            row.error = " ".join((message.code or "", *message.reason)).strip()
            row.save(update_fields=["error"])
        acknowledging.announce_halted(row)
        if isinstance(message, wire.TransferTerminationMessage):
            _end_too(row, message, moment)
        return row


@transaction.atomic
def suspend_transfer(*, transfer: Transfer, reason: str = "", at: datetime | None = None) -> Transfer:
    """Stop the data of one agreement for now, at once; the peer is told. Raises InvalidMove unless it is started."""
    moment = at or clock.now()
    row = conversation.lock(Transfer, pk=transfer.pk)
    if conversation.target_of(row, Act.SUSPEND_TRANSFER, Role(row.role)) is None:
        raise conversation.refuse_move(row, Act.SUSPEND_TRANSFER)
    row.halted = Halt.HERE
    row.save(update_fields=["halted", "updated_at"])
    reasons = (reason,) if reason else ()
    message = wire.TransferSuspensionMessage(row.provider_pid, row.consumer_pid, code="suspended", reason=reasons)
    conversation.queue(row, Act.SUSPEND_TRANSFER, message, at=moment)
    return row


@transaction.atomic
def resume_transfer(*, transfer: Transfer, at: datetime | None = None) -> Transfer:
    """Let the data flow again; the peer is told. Raises InvalidMove unless this node had suspended it."""
    moment = at or clock.now()
    row = conversation.lock(Transfer, pk=transfer.pk)
    possible = conversation.target_of(row, Act.START_TRANSFER, Role(row.role)) is not None
    if not possible or row.state != TransferState.SUSPENDED or row.halted != Halt.HERE:
        raise conversation.refuse_move(row, Act.START_TRANSFER)
    row.halted = Halt.NONE
    row.save(update_fields=["halted", "updated_at"])
    conversation.queue(row, Act.START_TRANSFER, _start(row), at=moment)
    return row


def terminate_transfer(*, transfer: Transfer, reason: str = "", at: datetime | None = None) -> None:
    """End one transfer for good; its agreement lives on. Ending an ended one changes nothing."""
    with transaction.atomic():
        concluding.stop_transfer(transfer, code="terminated", reason=reason, halt=Halt.HERE, at=at or clock.now())


@transaction.atomic
def request_again(*, agreement: Agreement, at: datetime | None = None) -> Transfer:
    """Ask for the data of an agreement in force once more, after its last transfer ended (consumer).

    Raises InvalidMove while one is open, or where the agreement is not in force here.
    """
    moment = at or clock.now()
    row = Agreement.objects.select_for_update(of=("self",)).active(moment).filter(pk=agreement.pk, role=Role.CONSUMER)
    found: Agreement | None = row.select_related("peer", "negotiation").first()
    if found is None or found.negotiation is None or Transfer.objects.filter(agreement=found).open().exists():
        raise InvalidMove(_("There is nothing to ask for: a transfer is open, or the agreement is not in force."))
    return concluding.request_transfer(found, address=found.negotiation.address, at=moment)


def _requested(peer: Peer, message: wire.TransferRequestMessage, address: str, at: datetime) -> Transfer:
    known = Transfer.objects.filter(role=Role.PROVIDER, peer=peer, consumer_pid=message.consumer_pid).first()
    if known is not None:
        return _repeated(known, message)
    agreement = _agreement(peer, message.agreement_id, at)
    if message.format != FEED_FORMAT:
        raise UnknownFormat(_("The only format is %s.") % FEED_FORMAT, part="format", remedy=FEED_FORMAT)
    row = Transfer.objects.create(
        role=Role.PROVIDER,
        peer=peer,
        agreement=agreement,
        provider_pid=new_urn(),
        consumer_pid=message.consumer_pid,
        state=TransferState.REQUESTED,
        address=address,
        format=message.format,
        endpoint=f"{settings.NODE.base_url}/peering/v1/feed/{agreement.uuid}",
    )
    conversation.note_in(row, message, at=at)
    conversation.queue(row, Act.START_TRANSFER, _start(row), at=at)
    return row


def _agreement(peer: Peer, uid: str, at: datetime) -> Agreement:
    """The agreement in force; one whose FINALIZED the peer must have got, since it asks for its data, is made real."""
    from_negotiation = peer.negotiations.filter(
        role=Role.PROVIDER, state=NegotiationState.VERIFIED, agreement__contains={"@id": uid}
    ).first()
    if from_negotiation is not None:
        row = conversation.lock(type(from_negotiation), pk=from_negotiation.pk)
        acknowledging.catch_up_to(row, NegotiationState.FINALIZED, at=at)
    found: Agreement | None = Agreement.objects.active(at).filter(uid=uid, role=Role.PROVIDER, peer=peer).first()
    if found is None:
        raise NotFound(_("There is no agreement of this identifier in force."), part="agreementId")
    return found


def _start(row: Transfer) -> wire.TransferStartMessage:
    address = None
    if row.role == Role.PROVIDER:
        # No token: every request is signed (docs/protocol.md), and agreement and permission are asked for every page.
        signed = (("authType", "http-message-signatures"), ("authorization", "owl-peering-1"))
        address = wire.DataAddress(endpoint_type=ENDPOINT_TYPE, endpoint=row.endpoint, properties=signed).to_wire()
    return wire.TransferStartMessage(row.provider_pid, row.consumer_pid, data_address=address)


def _endpoint(row: Transfer, message: wire.TransferStartMessage) -> str:
    told = wire.DataAddress.parse(message.data_address).endpoint if message.data_address else row.endpoint
    if not told:
        raise Invalid(_("The start of a pull transfer names its endpoint."), part="dataAddress.endpoint")
    return roots.checked(row.peer, told, part="dataAddress.endpoint")


def _end_too(row: Transfer, message: wire.TransferTerminationMessage, at: datetime) -> None:
    kind = (message.code or "").removeprefix(END_CODE)
    may = {AgreementState.TERMINATED, *([AgreementState.WITHDRAWN] if row.role == Role.CONSUMER else [])}
    # An expiry is not believed but seen on one's own clock, by the tick.
    if (message.code or "").startswith(END_CODE) and kind in may:
        concluding.end(agreement=row.agreement, kind=kind, by=row.peer.did, reason=" ".join(message.reason), at=at)


def _incoming(peer: Peer, message: Message, pid: str, act: Act, at: datetime) -> tuple[Transfer, bool]:
    """The locked transfer, and whether this message was taken in before. Raises NotFound, Invalid, InvalidMove."""
    about = Transfer.objects.of_pid(pid, peer).values_list("agreement", flat=True)
    # First the agreement, then its transfers: whoever ends one locks in the same order.
    list(Agreement.objects.select_for_update(of=("self",)).filter(pk__in=about))
    row = conversation.locked_for(Transfer, pid=pid, peer=peer)
    if not isinstance(row, Transfer):
        raise NotFound(_("There is no such process here."), part="pid")
    conversation.check_pids(row, message)
    acknowledging.catch_up(row, act, at=at)
    if conversation.target_of(row, act, Role(row.role).other) is not None:
        return row, False
    if conversation.seen_before(row, message) or row.state == conversation.graph_of(row).result_of(act):
        return row, True
    raise conversation.refuse_move(row, act)


def _move(row: Transfer, message: Message, act: Act, at: datetime) -> None:
    target = conversation.target_of(row, act, Role(row.role).other)
    if target is None:
        raise conversation.refuse_move(row, act)
    row.state = target
    conversation.note_in(row, message, at=at)


def _repeated(row: Transfer, message: Message) -> Transfer:
    if conversation.seen_before(row, message):
        return row
    raise Conflict(_("This process id was used for something else before."), code="pid-reused", part="pid")

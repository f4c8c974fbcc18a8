"""The life of an agreement: concluded, ended by one side or by time. Rights and ledger go with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.agreements import events, types
from apps.agreements.errors import InvalidMove
from apps.agreements.models import Agreement, Negotiation, Transfer
from apps.agreements.selectors.agreements import successor
from apps.agreements.services import conversation, records
from apps.agreements.states import AGREEMENT, TRANSFER, Act, AgreementState, Role
from apps.agreements.types import END_CODE, Halt, new_urn
from apps.core import clock
from apps.wire import canonical
from apps.wire.dsp import transfer as wire

_ACTS = {
    AgreementState.WITHDRAWN: Act.WITHDRAW,
    AgreementState.EXPIRED: Act.EXPIRE,
    AgreementState.TERMINATED: Act.TERMINATE,
}
PULL = "catalogue.pull_dataset"


def conclude(negotiation: Negotiation, *, at: datetime) -> Agreement:
    """Make the agreement of a finalized negotiation real, inside the caller's transaction; twice is the same as once.

    Provider: the peer may pull from now on. Consumer: a transfer is asked for at once.
    """
    known: Agreement | None = Agreement.objects.filter(negotiation=negotiation).first()
    if known is not None:
        return known
    policy: dict[str, Any] = negotiation.agreement or {}
    reading = types.read(policy)
    agreement: Agreement = Agreement.objects.create(
        uid=policy["@id"],
        role=negotiation.role,
        peer=negotiation.peer,
        negotiation=negotiation,
        dataset=negotiation.basis.dataset if negotiation.basis else None,
        dataset_identifier=negotiation.dataset_identifier,
        title=negotiation.title,
        policy=policy,
        terms=reading.terms.to_mapping(),
        digest=canonical.digest(policy),
        purpose=negotiation.purpose,
        renews=_free_to_renew(negotiation.renews),
        signed_at=reading.signed_at,
        expires_at=reading.expires_at,
    )
    if agreement.dataset is not None:
        accounts.grant(principal=agreement.peer.user, permission=PULL, object=agreement.dataset)
    else:
        request_transfer(agreement, address=negotiation.address, at=at)
    records.granted(agreement, at=at)
    renews = agreement.renews.uid if agreement.renews else ""
    events.agreement_concluded.announce(
        events.AgreementConcluded(uid=agreement.uid, role=agreement.role, peer_did=agreement.peer.did, renews=renews)
    )
    return agreement


def request_transfer(agreement: Agreement, *, address: str, at: datetime) -> Transfer:
    """Ask the provider for the data of an agreement (consumer), inside the caller's transaction."""
    row: Transfer = Transfer.objects.create(
        role=Role.CONSUMER, peer=agreement.peer, agreement=agreement, consumer_pid=new_urn(), address=address
    )
    message = wire.TransferRequestMessage(
        consumer_pid=row.consumer_pid,
        agreement_id=agreement.uid,
        format=row.format,
        callback_address=conversation.callback_address(),
    )
    conversation.queue(row, Act.REQUEST_TRANSFER, message, at=at)
    return row


@transaction.atomic
def end(
    *,
    agreement: Agreement,
    kind: str,
    by: str,
    reason: str = "",
    at: datetime | None = None,
    user: User | None = None,
) -> Agreement:
    """End an agreement: no data flow from the commit on. Ending what has ended changes nothing and is no error.

    ``kind`` is withdrawn (the provider's right alone), expired or terminated; ``by`` the DID of the side that ends it,
    ``user`` the person if one decided it. The peer is told through the outbox. Raises InvalidMove for a kind that this
    side may not choose.
    """
    moment = at or clock.now()
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("peer__user", "dataset")
    row: Agreement = rows.get(pk=agreement.pk)
    if row.state in AGREEMENT.final:
        return row
    side = Role(row.role) if by == records.this_did() else Role(row.role).other
    target = AGREEMENT.target(row.state, _ACTS[AgreementState(kind)], side)
    if target is None:
        raise InvalidMove(_("The %(side)s cannot end an agreement as “%(kind)s”.") % {"side": side, "kind": kind})
    row.state, row.ended_at, row.ended_by, row.end_reason = AgreementState(target), moment, by, reason
    row.save(update_fields=["state", "ended_at", "ended_by", "end_reason", "updated_at"])
    _take_right_back(row, at=moment)
    for process in Transfer.objects.filter(agreement=row).open():
        stop_transfer(process, code=f"{END_CODE}{kind}", reason=reason, halt=Halt.HERE, at=moment)
    next_one = successor(row.uid, at=moment)
    events.agreement_ended.announce(
        events.AgreementEnded(
            uid=row.uid,
            role=row.role,
            kind=row.state,
            peer_did=row.peer.did,
            renewed_by=next_one.uid if next_one else "",
        )
    )
    records.ended(row, user=user, at=moment)
    return row


def expire_due(*, at: datetime | None = None, limit: int = 100) -> int:
    """End what has run out by this node's own clock; returns how many agreements."""
    moment = at or clock.now()
    overdue = list(Agreement.objects.overdue(moment).order_by("expires_at")[:limit])
    for agreement in overdue:
        end(agreement=agreement, kind=AgreementState.EXPIRED, by=records.this_did(), at=moment)
    return len(overdue)


def stop_transfer(process: Transfer, *, code: str, reason: str, halt: Halt, at: datetime) -> None:
    """Stop the data at once and tell the peer that the transfer is over, inside the caller's transaction."""
    row = conversation.lock(Transfer, pk=process.pk)
    if TRANSFER.target(row.state, Act.TERMINATE_TRANSFER, Role(row.role)) is None:
        return
    row.halted = halt
    row.save(update_fields=["halted", "updated_at"])
    if not conversation.drop_unsent(row, at=at):
        Transfer.objects.filter(pk=row.pk).update(state=TRANSFER.result_of(Act.TERMINATE_TRANSFER))
        return
    message = wire.TransferTerminationMessage(
        provider_pid=row.provider_pid, consumer_pid=row.consumer_pid, code=code, reason=(reason,) if reason else ()
    )
    conversation.queue(row, Act.TERMINATE_TRANSFER, message, at=at)


def _take_right_back(agreement: Agreement, *, at: datetime) -> None:
    if agreement.dataset is None:
        return
    others = Agreement.objects.active(at).filter(role=Role.PROVIDER, peer=agreement.peer, dataset=agreement.dataset)
    if not others.exclude(pk=agreement.pk).exists():
        accounts.revoke(principal=agreement.peer.user, permission=PULL, object=agreement.dataset)


def _free_to_renew(old: Agreement | None) -> Agreement | None:
    taken = old is not None and Agreement.objects.filter(renews=old).exists()
    return None if taken else old

"""Decisions about a negotiation: granted or refused, by a standing offer or by a person; and ending one early."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts import types as account_types
from apps.accounts.models import User
from apps.agreements.errors import InvalidMove
from apps.agreements.models import Agreement, Negotiation
from apps.agreements.selectors import offers
from apps.agreements.services import conversation, records
from apps.agreements.states import NEGOTIATION, Act, NegotiationState, Role
from apps.agreements.types import Decision, new_urn
from apps.catalogue.models import Dataset
from apps.core import clock
from apps.core.errors import NotPermitted
from apps.wire.dsp import negotiation as wire
from apps.wire.dsp import policy


@transaction.atomic
def decide(
    *, negotiation: Negotiation, user: User, grant: bool, reason: str = "", at: datetime | None = None
) -> Negotiation:
    """An owner says yes or no to a negotiation that waits for it.

    As provider: the request of a peer; yes sends the agreement. As consumer: a peer's offer; yes accepts it. No ends
    the negotiation. Raises NotPermitted unless the user is an owner (of the dataset's department, or of the whole node
    for a peer's offer), InvalidMove where nothing waits.
    """
    moment = at or clock.now()
    row = conversation.lock(Negotiation, pk=negotiation.pk)
    check_owner(row, user)
    if row.waiting_since is None or row.state in NEGOTIATION.final:
        raise InvalidMove(_("This negotiation does not wait for a decision."), part="negotiation")
    if grant and row.basis is not None and not offers.stands(row.basis, row.peer, at=moment):
        raise InvalidMove(
            _("The offer is no longer open, so nothing new is agreed under it."),
            part="offer",
            remedy=_("Refuse; they can ask again for what is offered now."),
        )
    row.decided_by, row.decision_reason = user, reason
    if grant:
        agree(row, at=moment)
    else:
        refuse(row, code="refused", reason=reason, at=moment)
    return row


def agree(row: Negotiation, *, at: datetime) -> None:
    """Say yes, inside the caller's transaction: the provider sends the agreement, the consumer accepts the offer."""
    row.decision, row.decided_at, row.waiting_since = Decision.GRANTED, at, None
    message: wire.ContractAgreementMessage | wire.ContractNegotiationEventMessage
    if row.role == Role.PROVIDER:
        row.agreement = _agreement_text(row, at)
        act = Act.AGREE
        message = wire.ContractAgreementMessage(
            provider_pid=row.provider_pid, consumer_pid=row.consumer_pid, agreement=row.agreement
        )
    else:
        act = Act.ACCEPT_OFFER
        message = wire.ContractNegotiationEventMessage(
            provider_pid=row.provider_pid, consumer_pid=row.consumer_pid, event_type="ACCEPTED"
        )
    row.save()
    conversation.queue(row, act, message, at=at)


def refuse(row: Negotiation, *, code: str, reason: str, at: datetime) -> None:
    """Say no, inside the caller's transaction; ledger entry last."""
    row.decision, row.decided_at, row.waiting_since = Decision.REFUSED, at, None
    stop(row, code=code, reason=reason, at=at)
    records.refused(row, at=at)


@transaction.atomic
def terminate_negotiation(
    *, negotiation: Negotiation, user: User | None = None, reason: str = "", at: datetime | None = None
) -> Negotiation:
    """End a negotiation that is still open, from either side, in any of its open states; the peer is told.

    Raises InvalidMove once it is finalized or terminated, NotPermitted for a user who is no owner.
    """
    moment = at or clock.now()
    row = conversation.lock(Negotiation, pk=negotiation.pk)
    if user is not None:
        check_owner(row, user)
    if row.state in NEGOTIATION.final:
        raise conversation.refuse_move(row, Act.TERMINATE_NEGOTIATION)
    stop(row, code="terminated", reason=reason, at=moment)
    return row


def stop(row: Negotiation, *, code: str, reason: str, at: datetime) -> None:
    """Take back what was not sent and tell the peer, where it can have heard of us, that the negotiation is over."""
    row.waiting_since = None
    if not conversation.drop_unsent(row, at=at):
        row.state = NegotiationState.TERMINATED
        row.save()
        return
    row.save()
    message = wire.ContractNegotiationTerminationMessage(
        provider_pid=row.provider_pid, consumer_pid=row.consumer_pid, code=code, reason=(reason,) if reason else ()
    )
    conversation.queue(row, Act.TERMINATE_NEGOTIATION, message, at=at)


def check_owner(row: Negotiation, user: User) -> None:
    """Raises NotPermitted unless the user holds the role of an owner for what the negotiation is about."""
    _check_owner_of(row.basis.dataset if row.basis else None, user)


def may_end(*, agreement: Agreement, user: User) -> None:
    """Raises NotPermitted unless the user is an owner of the agreement's dataset, or of the whole node as consumer."""
    _check_owner_of(agreement.dataset, user)


def _check_owner_of(dataset: Dataset | None, user: User) -> None:
    permitted = dataset is None or accounts.may(user, "catalogue.release_dataset", dataset)
    if not permitted or not accounts.has_role(user, account_types.Role.OWNER, dataset.department if dataset else None):
        raise NotPermitted(
            _("Only an owner of this dataset decides about it."),
            part="user",
            remedy=_("Ask an owner, or have the role assigned."),
        )


def _agreement_text(row: Negotiation, at: datetime) -> policy.Policy:
    offer = offers.policy_for(row.basis, row.peer) if row.basis else row.offer
    return policy.agreement_from(
        offer,
        uid=new_urn(),
        target=row.target,
        assigner=records.this_did(),
        assignee=row.peer.did,
        timestamp=at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    )

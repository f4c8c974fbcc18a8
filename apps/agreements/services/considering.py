"""Judging what a peer sent: the provider considers a request, the consumer holds an agreement against the offer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.agreements import events, types
from apps.agreements.errors import PolicyMismatch
from apps.agreements.models import Agreement, Negotiation, Offer
from apps.agreements.selectors import offers
from apps.agreements.services import conversation, deciding, records
from apps.agreements.states import Act, Role
from apps.agreements.types import Direction
from apps.core.errors import OwlError
from apps.peers.models import Peer
from apps.policies import evaluation
from apps.wire.dsp import negotiation as wire
from apps.wire.dsp import policy

MOST_COUNTER_OFFERS = 2
MOST_APART = timedelta(days=1)
"""Between the moment an agreement says it was signed and the moment it is received."""


def consider(row: Negotiation, *, at: datetime) -> None:
    """What the provider does with a request: refuse, offer what it does offer, grant, or wait for an owner."""
    basis = row.basis
    if basis is None or not offers.stands(basis, row.peer, at=at):
        deciding.refuse(row, code="offer-closed", reason=_("The offer is no longer open."), at=at)
        return
    terms = offers.terms_of(basis)
    asked = evaluation.Request(recipient=row.peer.did, purpose=row.purpose, at=at)
    verdict = evaluation.evaluate(terms, asked)
    if not verdict.allowed:
        reason = " ".join(outcome.reason_en for outcome in verdict.outcomes if not outcome.ok)
        deciding.refuse(row, code="terms-not-met", reason=reason, at=at)
    elif policy.differences(offers.policy_for(basis, row.peer), row.offer):
        _counter(row, basis, at)
    elif basis.standing:
        deciding.agree(row, at=at)
    else:
        row.waiting_since = at
        row.save(update_fields=["waiting_since"])
        events.decision_needed.announce(events.DecisionNeeded(negotiation=row.pk))


def accept(row: Negotiation, *, at: datetime) -> None:
    """What the provider does when its offer was accepted: agree, unless the offer was closed meanwhile."""
    if row.basis is None or not offers.stands(row.basis, row.peer, at=at):
        deciding.refuse(row, code="offer-closed", reason=_("The offer is no longer open."), at=at)
    else:
        deciding.agree(row, at=at)


def _counter(row: Negotiation, basis: Offer, at: datetime) -> None:
    asked_before = row.messages.filter(direction=Direction.IN, kind=wire.ContractRequestMessage.TYPE).count()
    if asked_before > MOST_COUNTER_OFFERS:
        parts = ", ".join(policy.differences(offers.policy_for(basis, row.peer), row.offer))
        deciding.refuse(row, code="policy-mismatch", reason=_("Not what is offered: %s") % parts, at=at)
        return
    offer = policy.offer_for_message(offers.policy_for(basis, row.peer), target=basis.target)
    message = wire.ContractOfferMessage(provider_pid=row.provider_pid, consumer_pid=row.consumer_pid, offer=offer)
    conversation.queue(row, Act.OFFER_CONTRACT, message, at=at)


def only_purpose(basis: Offer) -> str:
    """The purpose a request means that names none: the one allowed, where there is just one; else ``""``."""
    purposes = offers.terms_of(basis).purposes
    return purposes[0] if len(purposes) == 1 else ""


def renewed(peer: Peer, message: wire.ContractRequestMessage, basis: Offer) -> Agreement | None:
    """The agreement a request says it follows, if it is the peer's and about the same dataset; else None."""
    if message.renews is None:
        return None
    old: Agreement | None = Agreement.objects.filter(
        uid=message.renews, role=Role.PROVIDER, peer=peer, dataset=basis.dataset
    ).first()
    return old


def fault_of(row: Negotiation, text: policy.Policy, *, at: datetime) -> OwlError | None:
    """What is wrong with an agreement, seen by the consumer; None where it is the one that was negotiated."""
    expected = {"assigner": row.peer.did, "assignee": records.this_did(), "target": row.target}
    wrong = [key for key, value in expected.items() if text[key] != value]
    wrong += policy.differences(row.offer, text)
    if wrong:
        return PolicyMismatch(
            _("The agreement differs from the last offer in: %s") % ", ".join(wrong), part=f"agreement.{wrong[0]}"
        )
    if Agreement.objects.filter(uid=text["@id"]).exists():
        return PolicyMismatch(_("There is an agreement of this identifier already."), part="agreement.@id")
    try:
        reading = types.read(text)
    except OwlError as error:
        return error
    if abs(reading.signed_at - at) > MOST_APART or (reading.expires_at is not None and reading.expires_at <= at):
        return PolicyMismatch(
            _("The agreement was signed at another time, or has run out already."), part="agreement.timestamp"
        )
    return None

"""What follows from the peer's having taken in a message of ours; also when only its next message tells us so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.agreements import events
from apps.agreements.models import Negotiation, Outbox, Transfer
from apps.agreements.services import concluding, conversation
from apps.agreements.services.conversation import Subject
from apps.agreements.states import Act, NegotiationState, Role, TransferState
from apps.agreements.types import Outcome
from apps.wire.dsp import negotiation, transfer
from apps.wire.errors import BadMessage


def adopt(subject: Subject, answer: Mapping[str, Any]) -> None:
    """Take the peer's process id from the answer to a first message. Raises BadMessage where there is none."""
    if subject.peer_pid:
        return
    kind = negotiation.ContractNegotiation if isinstance(subject, Negotiation) else transfer.TransferProcess
    told: Any = kind.parse(answer)
    own = told.provider_pid if subject.role == Role.PROVIDER else told.consumer_pid
    if own != subject.own_pid:
        raise BadMessage("The peer answered about another process.", part="pid")
    conversation.set_peer_pid(subject, told.consumer_pid if subject.role == Role.PROVIDER else told.provider_pid)


def acknowledged(subject: Subject, row: Outbox, *, at: datetime) -> None:
    """The peer has it: close the outbox row and move our own state, inside the caller's transaction.

    The subject is locked by the caller. A move that is no longer possible (the peer ended it meanwhile) is let be.
    """
    Outbox.objects.filter(pk=row.pk).update(
        outcome=Outcome.ACKNOWLEDGED,
        done_at=at,
        next_attempt_at=None,
        lease=None,
        leased_until=None,
        attempts=0,
        last_error="",
        sent_at=row.sent_at or at,
    )
    target = conversation.target_of(subject, Act(row.act), Role(subject.role))
    subject.error = ""
    if target is None:
        subject.save()
        return
    subject.state = target
    conversation.heard(subject, target, at)
    subject.save()
    conversation.note_out(subject, row.body, at=at)
    _follow(subject, Act(row.act), at=at)


def catch_up(subject: Subject, act: Act, *, at: datetime) -> None:
    """The peer's message is possible only if it has our last one: then that one counts as acknowledged.

    The acknowledgement itself was lost, or is still on its way while the peer was quicker.
    """
    by = Role(subject.role).other
    if conversation.target_of(subject, act, by) is not None:
        return
    row = subject.outbox.filter(outcome=Outcome.PENDING, sent_at__isnull=False).order_by("id").first()
    if row is None:
        return
    after = conversation.target_of(subject, Act(row.act), Role(subject.role))
    if after is not None and conversation.graph_of(subject).target(after, act, by) is not None:
        acknowledged(subject, row, at=at)


def catch_up_to(subject: Subject, state: str, *, at: datetime) -> None:
    """The peer acts as if ``state`` was reached: if a message already sent leads there, it counts as acknowledged."""
    row = subject.outbox.filter(outcome=Outcome.PENDING, sent_at__isnull=False).order_by("id").first()
    if row is not None and conversation.target_of(subject, Act(row.act), Role(subject.role)) == state:
        acknowledged(subject, row, at=at)


def _follow(subject: Subject, act: Act, *, at: datetime) -> None:
    if isinstance(subject, Negotiation):
        if subject.state == NegotiationState.FINALIZED:
            concluding.conclude(subject, at=at)
    elif act is Act.START_TRANSFER:
        announce_started(subject)
    elif subject.state in (TransferState.SUSPENDED, TransferState.COMPLETED, TransferState.TERMINATED):
        announce_halted(subject)


def announce_started(subject: Transfer) -> None:
    """Data may flow."""
    events.transfer_started.announce(
        events.TransferStarted(
            transfer=subject.pk, agreement_uid=subject.agreement.uid, role=subject.role, endpoint=subject.endpoint
        )
    )


def announce_halted(subject: Transfer) -> None:
    """Data no longer flow."""
    events.transfer_halted.announce(
        events.TransferHalted(
            transfer=subject.pk, agreement_uid=subject.agreement.uid, role=subject.role, state=subject.state
        )
    )

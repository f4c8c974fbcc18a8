"""What every message does, whoever sent it: lock, move along the table of states, leave a row in the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.agreements import events
from apps.agreements.errors import InvalidMove
from apps.agreements.models import Message, Negotiation, Outbox, Transfer
from apps.agreements.states import NEGOTIATION, TRANSFER, Act, Graph, Role
from apps.agreements.types import Direction, Outcome
from apps.core.errors import Invalid, NotFound
from apps.peers.models import Peer
from apps.wire.dsp import Message as WireMessage
from apps.wire.dsp import version

Subject = Negotiation | Transfer
S = TypeVar("S", Negotiation, Transfer)


def callback_address() -> str:
    """Where peers send their messages about processes of ours."""
    return f"{settings.NODE.base_url}{version.PATH}"


def graph_of(subject: Subject) -> Graph:
    """The table of states of a negotiation or transfer."""
    return NEGOTIATION if isinstance(subject, Negotiation) else TRANSFER


def lock(model: type[S], **lookup: object) -> S:
    """The row, locked until the transaction ends. Raises NotFound."""
    rows = model._default_manager.select_for_update(of=("self",)).select_related("peer")
    row: S | None = rows.filter(**lookup).first()
    if row is None:
        raise NotFound(_("There is no such process here."), part="pid")
    return row


def locked_for(model: type[Negotiation] | type[Transfer], *, pid: str, peer: Peer) -> Subject:
    """The peer's process known here under ``pid``, locked. Raises NotFound, also for other peers' processes."""
    ours = Q(role=Role.PROVIDER, provider_pid=pid) | Q(role=Role.CONSUMER, consumer_pid=pid)
    row = model._default_manager.filter(ours, peer=peer).first()
    if row is None:
        raise NotFound(_("There is no such process here."), part="pid")
    return lock(Negotiation, pk=row.pk) if isinstance(row, Negotiation) else lock(Transfer, pk=row.pk)


def check_pids(subject: Subject, message: Any) -> None:
    """The message is about this very process; a first answer tells the peer's id. Raises Invalid."""
    given = {Role.PROVIDER: message.provider_pid, Role.CONSUMER: message.consumer_pid}
    role = Role(subject.role)
    if given[role] != subject.own_pid:
        raise Invalid(_("The process id does not match the address."), part=f"{role}Pid")
    if not subject.peer_pid and subject.outbox.filter(sent_at__isnull=False).exists():
        set_peer_pid(subject, given[role.other])
    if given[role.other] != subject.peer_pid:
        raise Invalid(_("This is not the process id that was agreed on."), part=f"{role.other}Pid")


def set_peer_pid(subject: Subject, pid: str) -> None:
    """Remember the id that the peer gave to the process."""
    if subject.role == Role.PROVIDER:
        subject.consumer_pid = pid
    else:
        subject.provider_pid = pid


def target_of(subject: Subject, act: Act, by: Role) -> str | None:
    """Where the act would lead, or None."""
    return graph_of(subject).target(subject.state, act, by)


def refuse_move(subject: Subject, act: Act) -> InvalidMove:
    """The error for a move that the table does not have."""
    return InvalidMove(
        _("“%(act)s” is not possible in state %(state)s.") % {"act": act, "state": subject.state},
        part="state",
        remedy=_("Ask for the state of the process and go on from there."),
    )


def heard(subject: Subject, state: str, at: datetime) -> None:
    """Note what the peer's state must be now."""
    subject.peer_state, subject.peer_seen_at = state, at


def note_in(subject: Subject, message: WireMessage, *, at: datetime) -> None:
    """A message that was taken in, into the history; also saves the subject."""
    subject.error = ""
    heard(subject, subject.state, at)
    subject.save()
    _history(subject, Direction.IN, message.to_wire(), at=at)


def note_out(subject: Subject, body: Mapping[str, Any], *, at: datetime, error: str = "") -> None:
    """A message that was sent, or could not be, into the history."""
    _history(subject, Direction.OUT, body, at=at, error=error)


def seen_before(subject: Subject, message: WireMessage) -> bool:
    """Whether this very message was taken in already: the peer did not get our acknowledgement and asks again."""
    return subject.messages.filter(direction=Direction.IN, error="", body=message.to_wire()).exists()


def queue(subject: Subject, act: Act, message: WireMessage, *, at: datetime) -> Outbox:
    """Put a message into the outbox, in the transaction that decided it; it goes out after the commit."""
    row = Outbox.objects.create(
        peer=subject.peer, act=act, body=message.to_wire(), next_attempt_at=at, created_at=at, **_key(subject)
    )
    events.message_queued.announce(events.MessageQueued(peer_id=subject.peer_id))
    return row


def drop_unsent(subject: Subject, *, at: datetime) -> bool:
    """Take back what was never sent; tells whether the peer can have heard of the subject at all."""
    unsent = subject.outbox.filter(outcome=Outcome.PENDING, sent_at__isnull=True)
    unsent.update(outcome=Outcome.DROPPED, done_at=at, next_attempt_at=None, lease=None, leased_until=None)
    return bool(subject.peer_pid) or subject.outbox.filter(sent_at__isnull=False).exists()


def _history(subject: Subject, direction: Direction, body: Mapping[str, Any], *, at: datetime, error: str = "") -> None:
    Message.objects.create(
        peer=subject.peer,
        at=at,
        direction=direction,
        kind=str(body.get("@type", ""))[:60],
        body=body,
        state=subject.state,
        error=error[:2000],
        **_key(subject),
    )


def _key(subject: Subject) -> dict[str, Any]:
    return {"negotiation": subject} if isinstance(subject, Negotiation) else {"transfer": subject}

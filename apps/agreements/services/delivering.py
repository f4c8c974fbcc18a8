"""The outbox: every message reaches the peer once in effect, whatever dies in between.

A row is claimed under a fenced lease and marked as sent *before* it is sent. Whoever finds it marked asks the peer for
its state first: only what the peer shows not to have is sent again.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.agreements import clients
from apps.agreements.errors import InvalidMove
from apps.agreements.models import Negotiation, Outbox, Transfer
from apps.agreements.services import acknowledging, conversation
from apps.agreements.services.conversation import Subject
from apps.agreements.states import Act, Role
from apps.agreements.types import Outcome
from apps.core import clock, duties
from apps.core.errors import LeaseLost, OwlError, PeerRefused, PeerUnreachable
from apps.peers.models import Peer
from apps.wire import canonical
from apps.wire.errors import WireError

LEASE_SECONDS = 60.0
PATIENT_STATUSES = frozenset({401, 403, 404, 408, 425, 429})
"""Refusals that pass: a clock put right, a peer that has yet to trust us. Any other 4xx is final."""
PATIENCE = 12
log = logging.getLogger(__name__)


def drain_outbox(*, limit: int = 20, at: datetime | None = None, peer: Peer | None = None) -> int:
    """Send what is due, to one peer or to all, messages of one process in their order; returns how many were settled.

    A peer that does not answer is left alone for the rest of this run.
    Network calls happen outside of transactions. Never raises for a peer's sake: failures are on the rows.
    """
    settled = 0
    silent: set[int] = set()
    for _turn in range(limit):
        rows = Outbox.objects.first_in_line().exclude(peer__in=silent)
        mine = rows if peer is None else rows.filter(peer=peer)
        # One at a time: a lease must outlive its own calls, not those of the rows before.
        claimed = duties.claim(mine, at=at or clock.now(), limit=1, lease_seconds=LEASE_SECONDS)
        if not claimed:
            break
        try:
            settled += _deliver(claimed[0], at or clock.now())
        except PeerUnreachable:
            silent.add(claimed[0].peer_id)
    return settled


def retry(*, message: Outbox, at: datetime | None = None) -> Outbox:
    """Try a message again now, also one the peer had refused for good. Raises InvalidMove where it got it already."""
    moment = at or clock.now()
    with transaction.atomic():
        row: Outbox = Outbox.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if row.outcome not in (Outcome.PENDING, Outcome.REFUSED):
            raise InvalidMove(_("This message needs no further attempt."), part="outbox")
        row.outcome, row.done_at, row.next_attempt_at = Outcome.PENDING, None, moment
        row.lease, row.leased_until, row.attempts = None, None, 0
        row.save()
    return row


def _deliver(row: Outbox, at: datetime) -> bool:
    try:
        return _attempt(row, at)
    except LeaseLost:
        return False  # another worker has it, or the peer's next message already proved that it arrived
    except PeerUnreachable as error:
        _failed(row, error, at)
        raise
    except (OwlError, IntegrityError) as error:
        _failed(row, error, at)
        return False


def _attempt(row: Outbox, at: datetime) -> bool:
    subject = _subject(row)
    act = Act(row.act)
    if conversation.target_of(subject, act, Role(subject.role)) is None:
        return _close(row, Outcome.DROPPED, "", at)
    if row.sent_at is not None and _peer_shows(subject, act):
        return _settle(row, {}, at)
    _mark_sent(row, at)
    try:
        answer = clients.post(subject, act, _body(subject, row))
    except PeerRefused as refusal:
        return _refused(row, subject, refusal, at)
    return _settle(row, answer, at)


def _peer_shows(subject: Subject, act: Act) -> bool:
    state = clients.state_at_peer(subject)
    if state is None:
        return False
    type(subject)._default_manager.filter(pk=subject.pk).update(peer_state=state, peer_seen_at=clock.now())
    return conversation.graph_of(subject).shows(peer_state=state, act=act, before=subject.state)


def _settle(row: Outbox, answer: dict[str, Any], at: datetime) -> bool:
    with transaction.atomic():
        subject = _locked(row)
        duties.confirm(row)
        acknowledging.adopt(subject, answer)
        acknowledging.acknowledged(subject, row, at=at)
    return True


def _refused(row: Outbox, subject: Subject, refusal: PeerRefused, at: datetime) -> bool:
    """A refusal can mean that the peer has it already; else it is final, or worth waiting for."""
    if _gone_or_shown(subject, Act(row.act), refusal):
        return _settle(row, {}, at)
    reason = _reason(refusal)
    creation = not subject.peer_pid
    passing = refusal.peer_status in PATIENT_STATUSES and (creation or refusal.peer_status != 404)
    if refusal.peer_status >= 500 or (passing and row.attempts < PATIENCE):
        _failed(row, refusal, at)
        return False
    with transaction.atomic():
        locked = _locked(row)
        duties.confirm(row)
        locked.error = reason
        locked.save(update_fields=["error", "updated_at"])
        conversation.note_out(locked, row.body, at=at, error=reason)
        return _close(row, Outcome.REFUSED, reason, at)


def _gone_or_shown(subject: Subject, act: Act, refusal: PeerRefused) -> bool:
    if not subject.peer_pid or refusal.peer_status not in (400, 404, 409, 410):
        return False
    ending = act in (Act.TERMINATE_NEGOTIATION, Act.TERMINATE_TRANSFER, Act.COMPLETE_TRANSFER)
    if ending and refusal.peer_status in (404, 410):
        return True  # nothing is left there that could be ended
    try:
        state = clients.state_at_peer(subject)
    except OwlError:
        return False
    if state is None:
        return False
    over = ending and state in conversation.graph_of(subject).final
    return over or conversation.graph_of(subject).shows(peer_state=state, act=act, before=subject.state)


def _failed(row: Outbox, error: Exception, at: datetime) -> None:
    text = _reason(error) if isinstance(error, PeerRefused) else duties.describe(error)
    log.info("message not delivered", extra={"act": row.act, "outbox": row.pk, "reason": text})
    try:
        duties.fail(row, error=text, at=at)
    except LeaseLost:
        return
    subject = _subject(row)
    type(subject)._default_manager.filter(pk=subject.pk).update(error=text[:2000])


def _close(row: Outbox, outcome: Outcome, error: str, at: datetime) -> bool:
    done = Outbox.objects.filter(pk=row.pk, lease=row.lease).update(
        outcome=outcome, done_at=at, next_attempt_at=None, lease=None, leased_until=None, last_error=error
    )
    return bool(done)


def _mark_sent(row: Outbox, at: datetime) -> None:
    if row.sent_at is None:
        held = Outbox.objects.filter(pk=row.pk, lease=row.lease, outcome=Outcome.PENDING).update(sent_at=at)
        if not held:
            raise LeaseLost(_("the message was taken back or is in other hands"))
        row.sent_at = at


def _body(subject: Subject, row: Outbox) -> dict[str, Any]:
    """The message with the peer's process id, which it may have told only after the message was written."""
    if not subject.peer_pid:
        return dict(row.body)
    known = {"providerPid": subject.provider_pid, "consumerPid": subject.consumer_pid}
    return dict(row.body) | {key: value for key, value in known.items() if key in row.body}


def _reason(refusal: PeerRefused) -> str:
    """The peer's own words where it gave any: code and reasons of a protocol error."""
    answer = getattr(refusal, "answer", None)
    try:
        told = canonical.loads(answer.body) if answer is not None else {}
    except WireError:
        told = {}
    words = told.get("reason") if isinstance(told, dict) else None
    texts = [word for word in words if isinstance(word, str)] if isinstance(words, list) else []
    return " – ".join([refusal.message, *texts])[:2000]


def _subject(row: Outbox) -> Subject:
    found: Subject = (
        Negotiation.objects.select_related("peer").get(pk=row.negotiation_id)
        if row.negotiation_id
        else Transfer.objects.select_related("peer").get(pk=row.transfer_id)
    )
    return found


def _locked(row: Outbox) -> Subject:
    if row.negotiation_id:
        return conversation.lock(Negotiation, pk=row.negotiation_id)
    return conversation.lock(Transfer, pk=row.transfer_id)

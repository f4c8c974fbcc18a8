"""Letters to other nodes: written with what caused them, sent in order until acknowledged, then emptied."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.core import clock, duties
from apps.core.errors import LeaseLost, OwlError, PeerRefused
from apps.desk import events
from apps.desk.models import Forwarding, Message, PeerLetter, Request
from apps.desk.types import AuthorKind, Direction, ForwardingState, MessageKind
from apps.peers import clients as peers
from apps.wire import messages
from apps.wire.messages import Message as WireMessage

log = logging.getLogger(__name__)
PATH = "/peering/v1/requests"
FINAL = frozenset({400, 403, 404, 409, 410, 413})
CARRIED = frozenset(
    {MessageKind.NOTE, MessageKind.CLARIFICATION, MessageKind.ANSWER, MessageKind.EXTENSION, MessageKind.HEARING}
)
Refusal = Callable[[PeerLetter, datetime], None]


def urn(value: uuid.UUID) -> str:
    """A UUID as it is written on the wire."""
    return f"urn:uuid:{value}"


def write(forwarding: Forwarding, message: WireMessage, *, at: datetime) -> PeerLetter:
    """Put a message into the outbox, inside the caller's transaction."""
    letter = PeerLetter.objects.create(
        forwarding=forwarding, kind=message.type, body=message.to_mapping(), created_at=at, next_attempt_at=at
    )
    events.work_queued.announce(events.WorkQueued(forwarding.request_id))
    return letter


def live(case: Request, direction: Direction) -> Forwarding | None:
    """The forwarding of this request that has not ended, if there is one."""
    return case.forwardings.select_related("peer").filter(direction=direction, ended_at__isnull=True).first()


def carry_message(case: Request, message: Message) -> None:
    """Pass a message on to the city that answers, or back to the first city, where one stands in between."""
    if message.kind not in CARRIED:
        return
    forwarding = _towards(case, message)
    if forwarding is None:
        return
    wire = messages.RequestMessage.model_validate(
        {
            "request": urn(forwarding.uid),
            "message": urn(message.uid),
            "at": message.at,
            "kind": str(message.kind),
            "text": message.body,
        }
    )
    write(forwarding, wire, at=message.at)


def drain(*, refused: Refusal, at: datetime | None = None, limit: int = 20) -> int:
    """Send what is due; returns how many were acknowledged. ``refused`` is called where the peer said no for good."""
    moment = at or clock.now()
    done = 0
    for letter in duties.claim(_first_in_line(), at=moment, limit=limit):
        done += _send(letter, refused, moment)
    return done


def withdraw_unsent(forwarding: Forwarding) -> bool:
    """Take back letters that nobody acknowledged; returns whether the hand-over itself was among them."""
    waiting = forwarding.letters.filter(delivered_at__isnull=True, refused_at__isnull=True)
    unsent = waiting.filter(kind="owl.request", attempts=0, leased_until__isnull=True).exists()
    if unsent:
        waiting.delete()
    return unsent


def _towards(case: Request, message: Message) -> Forwarding | None:
    if message.author_kind == AuthorKind.CITIZEN:
        out = live(case, Direction.OUT)
        takes = out is not None and not out.direct and out.state in {ForwardingState.SENDING, ForwardingState.TAKEN}
        return out if takes else None
    if message.author_kind == AuthorKind.DESK:
        back = live(case, Direction.IN)
        return back if back is not None and not back.direct else None
    return None


def _first_in_line() -> QuerySet[PeerLetter]:
    earlier = PeerLetter.objects.filter(
        forwarding=OuterRef("forwarding"), pk__lt=OuterRef("pk"), delivered_at__isnull=True, refused_at__isnull=True
    )
    return PeerLetter.objects.filter(~Exists(earlier), delivered_at__isnull=True, refused_at__isnull=True)


def _send(letter: PeerLetter, refused: Refusal, at: datetime) -> int:
    try:
        peers.send(peer=letter.forwarding.peer, method="POST", path=PATH, json=letter.body)
    except PeerRefused as error:
        if error.peer_status not in FINAL:
            _failed(letter, error, at)
            return 0
        _close(letter, at, refused_at=at)
        refused(letter, at)
        return 0
    except OwlError as error:
        _failed(letter, error, at)
        return 0
    return _close(letter, at, delivered_at=at)


def _failed(letter: PeerLetter, error: OwlError, at: datetime) -> None:
    log.info("a letter to a peer was not delivered", extra={"letter": letter.pk, "code": error.code})
    try:
        duties.fail(letter, error=error.code, at=at)
    except LeaseLost:
        return


@transaction.atomic
def _close(letter: PeerLetter, at: datetime, **when: datetime) -> int:
    """Nothing more to send; what the letter said is not kept twice."""
    duties.settle(letter, at=at, next_attempt_at=None)
    return PeerLetter.objects.filter(pk=letter.pk).update(body={}, **when)

"""Forwarding to the city that holds the data, and what that city says: only with the requester's consent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.desk.errors import NoSuchStep
from apps.desk.models import Forwarding, PeerLetter, Request
from apps.desk.services import clocks, letters, moving, neighbouring, recording, talking
from apps.desk.states import REQUEST, Act, Actor
from apps.desk.types import Direction, ForwardingState, MessageKind
from apps.desk.types.rights import StaffAct
from apps.peers import selectors as peers
from apps.peers.models import Peer
from apps.wire import messages


@transaction.atomic
def propose(*, case: Request, by: User, peer: Peer, reason: str, at: datetime | None = None) -> Forwarding:
    """Ask the requester whether another city may get the request. Nothing leaves this node yet.

    Raises Invalid for a peer that is not trusted, Conflict while another forwarding is live, NoSuchStep.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.FORWARD)
    if REQUEST.target(row.status, Act.FORWARD, Actor.CITIZEN) is None:
        raise NoSuchStep(_("A request in this status cannot be forwarded."), part="status")
    if not peers.trusted().filter(pk=peer.pk).exists():
        raise Invalid(_("%(peer)s is not a trusted city.") % {"peer": peer}, part="peer")
    if letters.live(row, Direction.OUT) or letters.live(row, Direction.IN):
        raise Conflict(_("This request is being forwarded already, or came from another city."), part="forwarding")
    text = moving.text_of(reason, part="reason", most=2_000)
    made = Forwarding.objects.create(
        request=row,
        direction=Direction.OUT,
        peer=peer,
        state=ForwardingState.PROPOSED,
        reason=text,
        proposed_at=moment,
    )
    moving.note(row, "propose-forwarding", kind=Actor.DESK, by=by, at=moment)
    with override(row.language):
        body = talking.texts([text, _("May we pass your request on to %(city)s? You decide.") % {"city": peer.name}])
    talking.tell(row, body, kind=MessageKind.FORWARDING, by=by, at=moment)
    return made


@transaction.atomic
def answer(*, case: Request, agrees: bool, direct: bool = False, at: datetime | None = None) -> Forwarding:
    """The requester decides. ``direct``: the other city shall answer them itself and gets their address for it.

    Raises Conflict when nothing is proposed, or for a direct answer without any address.
    """
    moment = at or clock.now()
    row = moving.locked(case)
    found = letters.live(row, Direction.OUT)
    if found is None or found.state != ForwardingState.PROPOSED:
        raise Conflict(_("There is no forwarding to decide on."), part="forwarding")
    if agrees and direct and not (row.email or row.postal_address):
        raise Conflict(_("Without an address the answer can only come through us."), part="direct")
    found.consented_at, found.direct = moment, agrees and direct
    if not agrees:
        found.state, found.ended_at = ForwardingState.DECLINED, moment
        found.save()
        _say(row, _no, at=moment)
        return found
    found.state = ForwardingState.SENDING
    found.save()
    clocks.hand_over(row, at=moment)
    moving.move(row, Act.FORWARD, kind=Actor.CITIZEN, at=moment)
    _say(row, _direct if direct else _yes, at=moment)
    letters.write(found, _handover(row, found), at=moment)
    recording.record(row, "handed-over", at=moment, peer=found.peer.did)
    return found


@transaction.atomic
def recall(*, case: Request, by: User, at: datetime | None = None) -> Request:
    """Take a forwarded request back: the other city does not answer, or not in time. Raises NoSuchStep."""
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.FORWARD)
    found = letters.live(row, Direction.OUT)
    clocks_before = row.due_on
    moving.move(row, Act.RETURN, kind=Actor.DESK, by=by, at=moment)
    if found is not None:
        end(found, ForwardingState.ENDED, at=moment)
    if clocks_before is None:
        clocks.take_back(row, at=moment)
        row.save()
    with override(row.language):
        text = _("We have taken your request back and go on with it ourselves.")
    talking.tell(row, text, kind=MessageKind.FORWARDING, by=by, at=moment)
    return row


def end(forwarding: Forwarding, state: ForwardingState, *, at: datetime) -> None:
    """End a forwarding to another city from this side; that city learns it unless it never heard of it."""
    Forwarding.objects.filter(pk=forwarding.pk).update(state=state, ended_at=at)
    proposed = forwarding.state == ForwardingState.PROPOSED
    if not proposed and not letters.withdraw_unsent(forwarding):
        neighbouring.tell_withdrawn(forwarding, at=at)


@transaction.atomic
def refused(letter: PeerLetter, at: datetime) -> None:
    """The other node refused a letter for good; if it was the hand-over, the request comes back here."""
    if letter.kind != messages.RequestHandover.model_fields["type"].default:
        return
    row = moving.locked(letter.forwarding.request)
    found = letters.live(row, Direction.OUT)
    if found is None or found.pk != letter.forwarding_id:
        return
    come_back(row, found, "", at=at)


def come_back(case: Request, forwarding: Forwarding, text: str, *, at: datetime) -> None:
    """The other city does not answer it: the deadline stands as if nothing had been. Inside a transaction."""
    Forwarding.objects.filter(pk=forwarding.pk).update(state=ForwardingState.RETURNED, ended_at=at)
    moving.move(case, Act.RETURN, kind=Actor.PEER, at=at)
    clocks.take_back(case, at=at)
    case.save()
    with override(case.language):
        values = {"city": forwarding.peer.name}
        told = _("%(city)s could not take over your request; we go on with it ourselves.") % values
    talking.tell(case, talking.texts([told, text]), kind=MessageKind.FORWARDING, by=None, at=at)


def _handover(case: Request, forwarding: Forwarding) -> messages.RequestHandover:
    """What the other city needs to answer, and nothing else."""
    contact: dict[str, Any] | None = None
    if forwarding.direct:
        contact = {
            "name": case.requester_name,
            "email": case.email,
            "postal": case.postal_address,
            "confirmed": case.email_confirmed_at is not None,
        }
    return messages.RequestHandover.model_validate(
        {
            "request": letters.urn(forwarding.uid),
            "case": case.case_number,
            "received_at": case.received_at,
            "language": case.language,
            "law": str(case.law),
            "requester": str(case.requester_kind),
            "subject": case.subject,
            "text": case.description,
            "place": case.place,
            "period": case.period,
            # A replica is named after its owner here; its owner knows it by the first half.
            "dataset": case.dataset_key.partition("~")[0],
            "contact": contact,
        }
    )


def _say(case: Request, words: Any, *, at: datetime) -> None:
    with override(case.language):
        text = words()
    talking.hear_citizen(case, text, kind=MessageKind.FORWARDING, at=at)


def _yes() -> str:
    return _("I agree that my request is passed on, without my name and address.")


def _direct() -> str:
    return _("I agree that my request is passed on, with my name and address, and answered directly.")


def _no() -> str:
    return _("I do not want my request to be passed on.")

"""What comes from other nodes: requests to answer, words, and how it stands with what was handed over."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core import clock, duties
from apps.core.errors import Invalid, OwlError
from apps.desk.errors import NoSuchRequest
from apps.desk.models import Attachment, FileFetch, Forwarding, Message, Request
from apps.desk.services import (
    asking,
    clocks,
    closing,
    delivering,
    filing,
    forwarding,
    letters,
    mails,
    moving,
    neighbouring,
    receiving,
    recording,
    storing,
    talking,
    titling,
)
from apps.desk.states import Act, Actor, Status
from apps.desk.types import AuthorKind, Direction, ForwardingState, MessageKind
from apps.desk.types.submissions import Upload
from apps.peers import clients as peer_clients
from apps.peers.models import Peer
from apps.wire import canonical, messages

FETCH_MOST = 64 * 1024 * 1024
DELIVERY_DAYS = 30


def accept(*, peer: Peer, message: messages.Message, at: datetime | None = None) -> None:
    """Take in a peer's message about a request; the same one twice changes nothing.

    Raises NoSuchRequest for a request that was not handed over between these two nodes, Invalid for another kind of
    message.
    """
    moment = at or clock.now()
    if isinstance(message, messages.RequestHandover):
        _accept_handover(peer, message, moment)
    elif isinstance(message, messages.RequestMessage):
        _accept_words(peer, message, moment)
    elif isinstance(message, messages.RequestChange):
        _accept_change(peer, message, moment)
    else:
        raise Invalid(_("This is no message about a request."), part="type")


def file_for(*, peer: Peer, request: uuid.UUID, file: uuid.UUID) -> tuple[Attachment, bytes]:
    """A delivered file of a request that this peer handed over. Raises NoSuchRequest."""
    found = Attachment.objects.filter(
        uid=file,
        shown=True,
        author_kind=AuthorKind.DESK,
        request__forwardings__uid=request,
        request__forwardings__peer=peer,
        request__forwardings__direction=Direction.IN,
        request__forwardings__direct=False,
    ).first()
    if found is None:
        raise NoSuchRequest(_("There is no such file."))
    try:
        return found, storing.read(found.uid)
    except FileNotFoundError as error:
        raise NoSuchRequest(_("There is no such file.")) from error


def fetch_files(*, at: datetime | None = None, limit: int = 10) -> int:
    """Fetch files of answers from the cities that gave them; returns how many came.

    Each is claimed by itself: a slow city would outlast a lease that many share.
    """
    wanted = FileFetch.objects.filter(done_at__isnull=True)
    return sum(_fetch(row, moment) for row, moment in duties.in_turn(wanted, at=at, limit=limit, lease_seconds=180))


def _fetch(row: FileFetch, at: datetime) -> int:
    found = row.forwarding
    path = f"{letters.PATH}/{found.uid}/files/{row.remote_uid}"
    try:
        answer = peer_clients.send(
            peer=found.peer, method="GET", path=path, accept="*/*", max_bytes=FETCH_MOST, timeout=60
        )
        if canonical.digest_of(answer.body) != f"sha-256:{row.sha256}":
            raise Invalid(_("The file is not the one that was announced."), part="file")
        file = filing.take_in(
            case=found.request,
            upload=Upload(name=row.name, content=answer.body),
            author=AuthorKind.PEER,
            shown=True,
            at=at,
        )
    except OwlError as error:
        duties.fail(row, error=error.code, at=at, base_seconds=10, cap_seconds=3600)
        return 0
    with transaction.atomic():
        duties.settle(row, at=at, next_attempt_at=None)
        case = moving.locked(found.request)
        FileFetch.objects.filter(pk=row.pk).update(done_at=at)
        expires_at = at + timedelta(days=DELIVERY_DAYS)
        title = titling.from_city(case, city=found.peer.name or found.peer.did, name=row.name, at=at)
        delivering.add_file(case, file, title=title, by=None, expires_at=expires_at, at=at)
    return 1


def _accept_handover(peer: Peer, message: messages.RequestHandover, at: datetime) -> None:
    uid = _uuid(message.request)
    if Forwarding.objects.filter(peer=peer, uid=uid, direction=Direction.IN).exists():
        return
    try:
        with transaction.atomic():
            _take_over(peer, uid, message, at)
    except IntegrityError:
        if not Forwarding.objects.filter(peer=peer, uid=uid, direction=Direction.IN).exists():
            raise


def _take_over(peer: Peer, uid: uuid.UUID, message: messages.RequestHandover, at: datetime) -> None:
    contact = message.contact or messages.Contact()
    case = Request(
        case_number=receiving.next_number(at=at),
        language=message.language,
        law=message.law,
        subject=message.subject,
        description=message.text,
        place=message.place[:300],
        period=message.period[:300],
        dataset_key=message.dataset[:300],
        requester_kind=message.requester,
        requester_name=contact.name[:200],
        email=receiving.email_or_none(contact.email),
        postal_address=contact.postal[:500],
        received_at=at,
        department=receiving.department_of(message.dataset),
    )
    case.email_confirmed_at = at if case.email and contact.confirmed else None
    clocks.start(case, at=at)
    case.save()
    clocks.note_start(case, at=at)
    made = Forwarding.objects.create(
        uid=uid,
        request=case,
        direction=Direction.IN,
        peer=peer,
        state=ForwardingState.TAKEN,
        direct=message.contact is not None,
        peer_case=message.case,
        proposed_at=at,
        consented_at=at,
    )
    moving.note(case, "take-over", kind=Actor.PEER, at=at)
    _greet(case, at)
    neighbouring.tell_taken(made, case, at=at)
    recording.record(case, "taken-over", at=at, peer=peer.did)


def _greet(case: Request, at: datetime) -> None:
    """Who gets the answer directly hears from this city now."""
    if case.email_confirmed_at is not None:
        mails.queue_received(case, at=at)
    else:
        mails.queue_confirmation(case, at=at)


@transaction.atomic
def _accept_words(peer: Peer, message: messages.RequestMessage, at: datetime) -> None:
    found = _forwarding(peer, message.request)
    uid = _uuid(message.message)
    case = moving.locked(found.request)
    if Message.objects.filter(uid=uid).exists() or found.ended_at is not None:
        return
    inbound = found.direction == Direction.IN
    Message.objects.create(
        uid=uid,
        request=case,
        at=at,
        author_kind=AuthorKind.CITIZEN if inbound else AuthorKind.PEER,
        kind=message.kind,
        body=message.text,
    )
    if inbound and case.status == Status.CLARIFICATION:
        clocks.restart(case, asked_on=asking.asked_on(case), at=at)
        moving.move(case, Act.CLARIFY, kind=Actor.CITIZEN, at=at)
    if not inbound:
        mails.queue_news(case, at=at)


@transaction.atomic
def _accept_change(peer: Peer, message: messages.RequestChange, at: datetime) -> None:
    found = _forwarding(peer, message.request)
    case = moving.locked(found.request)
    found.refresh_from_db()
    if found.ended_at is not None:
        return
    if message.change == "withdrawn":
        if found.direction == Direction.IN:
            closing.withdrawn_elsewhere(case, found, at=at)
        return
    if found.direction == Direction.OUT:
        _HEARD[message.change](case, found, message, at)


def _heard_taken(case: Request, found: Forwarding, message: messages.RequestChange, at: datetime) -> None:
    if found.state != ForwardingState.SENDING:
        return
    Forwarding.objects.filter(pk=found.pk).update(state=ForwardingState.TAKEN, peer_case=message.case or "")
    with override(case.language):
        values = {"city": found.peer.name, "number": message.case or "–"}
        text = _("%(city)s has taken over your request; its number there is %(number)s.") % values
    talking.tell(case, text, kind=MessageKind.FORWARDING, by=None, at=at)


def _heard_returned(case: Request, found: Forwarding, message: messages.RequestChange, at: datetime) -> None:
    if case.status == Status.FORWARDED:
        forwarding.come_back(case, found, message.text, at=at)


def _heard_decided(case: Request, found: Forwarding, message: messages.RequestChange, at: datetime) -> None:
    if case.status != Status.FORWARDED or not message.resolution or message.resolution == "withdrawn":
        return
    Forwarding.objects.filter(pk=found.pk).update(state=ForwardingState.ANSWERED)
    case.resolution, case.decided_at, case.law = message.resolution, at, message.law or case.law
    moving.move(case, Act.RELAY, kind=Actor.PEER, at=at)
    with override(case.language):
        direct = _("%(city)s has decided on your request and writes to you directly.") % {"city": found.peer.name}
    Message.objects.create(
        request=case, at=at, author_kind=AuthorKind.PEER, kind=MessageKind.DECISION, body=message.text or direct
    )
    mails.queue_news(case, at=at)
    recording.record(case, "answered", at=at, peer=found.peer.did)


def _heard_delivered(case: Request, found: Forwarding, message: messages.RequestChange, at: datetime) -> None:
    for one in message.files:
        FileFetch.objects.get_or_create(
            forwarding=found,
            remote_uid=_uuid(one.file),
            defaults={
                "name": one.name,
                "size": one.size,
                "sha256": one.digest.removeprefix("sha-256:"),
                "next_attempt_at": at,
            },
        )
    if message.text:
        Message.objects.create(
            request=case, at=at, author_kind=AuthorKind.PEER, kind=MessageKind.DELIVERY, body=message.text
        )
    mails.queue_news(case, at=at)


_HEARD = {
    "taken": _heard_taken,
    "returned": _heard_returned,
    "decided": _heard_decided,
    "delivered": _heard_delivered,
}


def _forwarding(peer: Peer, request: str) -> Forwarding:
    found = Forwarding.objects.select_related("request", "peer").filter(peer=peer, uid=_uuid(request)).first()
    if found is None or found.state in {ForwardingState.PROPOSED, ForwardingState.DECLINED}:
        raise NoSuchRequest(_("There is no such request."), part="request")
    return found


def _uuid(urn: str) -> uuid.UUID:
    return uuid.UUID(urn.removeprefix("urn:uuid:"))

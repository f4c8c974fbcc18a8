"""The thread: what desk, requester and another city write; and notes that stay inside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict
from apps.desk.models import Message, Note, Request
from apps.desk.services import letters, mails, moving
from apps.desk.states import Actor, Status
from apps.desk.types import AuthorKind, MessageKind
from apps.desk.types.rights import StaffAct

MOST = 20_000


def tell(case: Request, body: str, *, kind: MessageKind, by: User | None, at: datetime) -> Message:
    """Write to the requester from the desk; an email says that there is news, never what."""
    message = Message.objects.create(
        request=case, at=at, author_kind=AuthorKind.DESK, author=by, kind=kind, body=body.strip()
    )
    letters.carry_message(case, message)
    mails.queue_news(case, at=at)
    return message


def hear_citizen(case: Request, body: str, *, kind: MessageKind, at: datetime) -> Message:
    """Put into the thread what the requester wrote; a city that took the request over gets it, too."""
    message = Message.objects.create(
        request=case, at=at, author_kind=AuthorKind.CITIZEN, author=None, kind=kind, body=body.strip()
    )
    letters.carry_message(case, message)
    return message


@transaction.atomic
def write(*, case: Request, by: User, body: str, at: datetime | None = None) -> Message:
    """A message from the desk that changes nothing else. Raises Invalid, NotPermitted, NoSuchRequest."""
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.WRITE)
    if row.status == Status.CLOSED:
        raise Conflict(_("A closed request takes no more messages."), part="status")
    text = moving.text_of(body, part="body", most=MOST)
    moving.note(row, "write", kind=Actor.DESK, by=by, at=moment)
    return tell(row, text, kind=MessageKind.NOTE, by=by, at=moment)


@transaction.atomic
def note(*, case: Request, by: User, body: str, at: datetime | None = None) -> Note:
    """An internal note. Raises Invalid, NotPermitted, NoSuchRequest."""
    row = moving.for_staff(case, by, StaffAct.NOTE)
    text = moving.text_of(body, part="body", most=MOST)
    return Note.objects.create(request=row, author=by, body=text, at=at or clock.now())


def texts(parts: Sequence[str]) -> str:
    """Paragraphs as one text."""
    return "\n\n".join(part.strip() for part in parts if part.strip())

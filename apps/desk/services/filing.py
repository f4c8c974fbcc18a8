"""Files of a request: taken in, shown, redacted for good, removed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict
from apps.desk import clients
from apps.desk.errors import FileTooLarge, NoSuchRequest
from apps.desk.models import Attachment, Message, Request
from apps.desk.services import moving, sanitizing, storing
from apps.desk.services.sanitizing import CleanFile
from apps.desk.states import Actor, Status
from apps.desk.types import AuthorKind, ScanResult
from apps.desk.types.rights import StaffAct
from apps.desk.types.submissions import Upload

MAX_FILES = 30
MAX_TOTAL = 300 * 1024 * 1024


def attach_as_citizen(
    *, case: Request, upload: Upload, message: Message | None = None, at: datetime | None = None
) -> Attachment:
    """A file of the requester. Raises FileRefused, FileTooLarge, MalwareFound, ScannerSilent, Conflict."""
    if case.status == Status.CLOSED:
        raise Conflict(_("This request is closed and takes no more files."), part="file")
    return take_in(
        case=case, upload=upload, author=AuthorKind.CITIZEN, shown=True, message=message, at=at or clock.now()
    )


def attach_as_staff(
    *, case: Request, by: User, upload: Upload, shown: bool = False, at: datetime | None = None
) -> Attachment:
    """A file of the desk; the requester sees it only if ``shown``. Raises as above, NotPermitted, NoSuchRequest."""
    moment = at or clock.now()
    with transaction.atomic():
        row = moving.for_staff(case, by, StaffAct.FILE)
    made = take_in(case=row, upload=upload, author=AuthorKind.DESK, shown=shown, at=moment)
    moving.note(row, "attach", kind=Actor.DESK, by=by, at=moment)
    return made


def take_in(
    *,
    case: Request,
    upload: Upload,
    author: AuthorKind,
    shown: bool,
    at: datetime,
    message: Message | None = None,
) -> Attachment:
    """Check, clean and keep a file. Call it outside of transactions."""
    clean, scan = _checked(upload)
    uid = storing.put(clean.content, at=at)
    with transaction.atomic():
        row = moving.locked(case)
        check_room(row, len(clean.content))
        storing.keep(uid)
        return Attachment.objects.create(
            uid=uid,
            request=row,
            message=message,
            author_kind=author,
            name=clean.name,
            media_type=clean.media_type,
            size=len(clean.content),
            sha256=hashlib.sha256(clean.content).hexdigest(),
            scan=scan,
            shown=shown,
            created_at=at,
        )


def redact(*, file: Attachment, by: User, upload: Upload, at: datetime | None = None) -> Attachment:
    """Put a redacted version in the place of a file. What was there is destroyed, its bytes and its address."""
    moment = at or clock.now()
    clean, scan = _checked(upload)
    uid = storing.put(clean.content, at=moment)
    with transaction.atomic():
        case = moving.for_staff(file.request, by, StaffAct.REDACT)
        row = _locked(file)
        storing.doom(row.uid, at=moment)
        storing.keep(uid)
        row.uid, row.scan, row.redacted_at = uid, scan, moment
        row.name, row.media_type = clean.name, clean.media_type
        row.size, row.sha256 = len(clean.content), hashlib.sha256(clean.content).hexdigest()
        row.save()
        moving.note(case, "redact", kind=Actor.DESK, by=by, at=moment)
    return row


@transaction.atomic
def show(*, file: Attachment, by: User, shown: bool, at: datetime | None = None) -> Attachment:
    """Let the requester see a file of the desk, or no longer."""
    case = moving.for_staff(file.request, by, StaffAct.FILE)
    row = _locked(file)
    row.shown = shown
    row.save(update_fields=["shown"])
    moving.note(case, "show-file" if shown else "hide-file", kind=Actor.DESK, by=by, at=at)
    return row


@transaction.atomic
def remove(*, file: Attachment, by: User, at: datetime | None = None) -> None:
    """Remove a file that should not be here; its bytes are destroyed."""
    moment = at or clock.now()
    case = moving.for_staff(file.request, by, StaffAct.FILE)
    discard(_locked(file), at=moment)
    moving.note(case, "remove-file", kind=Actor.DESK, by=by, at=moment)


@transaction.atomic
def remove_as_citizen(*, case: Request, file: Attachment, at: datetime | None = None) -> None:
    """The requester takes back a file of their own; its bytes are destroyed. Raises NoSuchRequest."""
    moment = at or clock.now()
    row = _locked(file)
    if row.request_id != case.pk or row.author_kind != AuthorKind.CITIZEN:
        raise NoSuchRequest(_("There is no such file."))
    discard(row, at=moment)
    moving.note(moving.locked(case), "remove-file", kind=Actor.CITIZEN, at=moment)


def discard(file: Attachment, *, at: datetime) -> None:
    """Delete a row and, once that is committed, its bytes; inside the caller's transaction."""
    storing.doom(file.uid, at=at)
    file.delete()


def _checked(upload: Upload) -> tuple[CleanFile, ScanResult]:
    # The scanner sees what came in, not what the cleaning made of it.
    scan = clients.scan(upload.content)
    return sanitizing.sanitize(upload), scan


def check_room(case: Request, size: int) -> None:
    """Whether a request can hold one more file of so many bytes. Raises FileTooLarge."""
    held = case.files.aggregate(total=Sum("size"))["total"] or 0
    if case.files.count() >= MAX_FILES or held + size > MAX_TOTAL:
        raise FileTooLarge(_("This request holds as many files as it can."), part="file")


def _locked(file: Attachment) -> Attachment:
    row = Attachment.objects.select_for_update(of=("self",)).filter(pk=file.pk).first()
    if row is None:
        raise NoSuchRequest(_("There is no such file."))
    return row

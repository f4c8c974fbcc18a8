"""Delivery: a file with an end, the export of a dataset that exists, or a dataset published for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.accounts.models import User
from apps.catalogue import selectors as catalogue
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.desk.models import Attachment, Delivery, Request
from apps.desk.services import filing, moving, neighbouring, talking
from apps.desk.states import Actor, Resolution, Status
from apps.desk.types import AuthorKind, DeliveryKind, MessageKind
from apps.desk.types.rights import StaffAct
from apps.desk.types.submissions import Upload

DEFAULT_DAYS = 30
MAX_DAYS = 180
DELIVERABLE = (Resolution.GRANTED, Resolution.PARTLY)


def deliver_file(
    *, case: Request, by: User, upload: Upload, title: str, days: int = DEFAULT_DAYS, at: datetime | None = None
) -> Delivery:
    """A file to download on the status page, destroyed after ``days``.

    Raises Conflict unless it was granted, Invalid, and what taking in a file raises.
    """
    moment = at or clock.now()
    check_days(days)
    with transaction.atomic():
        row = deliverable(case, by)
        name = moving.text_of(title, part="title", most=200)
    file = filing.take_in(case=row, upload=upload, author=AuthorKind.DESK, shown=True, at=moment)
    with transaction.atomic():
        row = deliverable(case, by)
        made = add_file(row, file, title=name, by=by, expires_at=moment + timedelta(days=days), at=moment)
        neighbouring.tell_delivered(row, [file], "", at=moment)
    return made


@transaction.atomic
def deliver_dataset(
    *, case: Request, by: User, dataset_key: str, kind: str, title: str = "", at: datetime | None = None
) -> Delivery:
    """Point to a dataset of this city: to its ``export``, or because it was published (``publication``) for this.

    Only what everybody may see can be delivered like this: the requester has no account. Raises Invalid, Conflict.
    """
    moment = at or clock.now()
    row = deliverable(case, by)
    if kind not in {DeliveryKind.EXPORT, DeliveryKind.PUBLICATION}:
        raise Invalid(_("Please say how it is delivered."), part="kind")
    found = catalogue.visible_to(None).filter(identifier=dataset_key).first()
    if found is None:
        raise Invalid(
            _("There is no public dataset of this name."),
            part="dataset_key",
            remedy=_("Release it to the public first, or deliver a file."),
        )
    made = Delivery.objects.create(
        request=row,
        kind=kind,
        title=(title.strip() or found.title)[:200],
        dataset_key=dataset_key,
        created_at=moment,
        created_by=by,
    )
    _tell(row, made, by=by, at=moment)
    neighbouring.tell_delivered(row, [], f"{made.title} ({dataset_key})", at=moment)
    return made


def check_days(days: int) -> None:
    """Whether a download may stay for so long. Raises Invalid."""
    if not 1 <= days <= MAX_DAYS:
        raise Invalid(_("A download stays for 1 to %(most)d days.") % {"most": MAX_DAYS}, part="days")


def add_file(
    case: Request,
    file: Attachment,
    *,
    title: str,
    by: User | None,
    expires_at: datetime,
    at: datetime,
    kind: DeliveryKind = DeliveryKind.FILE,
    dataset_key: str = "",
) -> Delivery:
    """Make a delivery of a file that has been taken in, and tell the requester; inside the caller's transaction."""
    made = Delivery.objects.create(
        request=case,
        kind=kind,
        title=title,
        file=file,
        dataset_key=dataset_key,
        expires_at=expires_at,
        created_at=at,
        created_by=by,
    )
    _tell(case, made, by=by, at=at)
    return made


@transaction.atomic
def end_expired(*, at: datetime | None = None) -> int:
    """Destroy the files of deliveries whose time is over; returns how many."""
    moment = at or clock.now()
    due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        expires_at__lte=moment, ended_at__isnull=True
    )
    rows = list(due.select_related("file")[:100])
    for row in rows:
        if row.file is not None:
            filing.discard(row.file, at=moment)
        row.file, row.ended_at = None, moment
        row.save()
    return len(rows)


def _tell(case: Request, delivery: Delivery, *, by: User | None, at: datetime) -> None:
    moving.note(case, "deliver", kind=Actor.DESK if by is not None else Actor.PEER, by=by, at=at)
    with override(case.language):
        text = _("Ready for you: %(title)s") % {"title": delivery.title}
    talking.tell(case, text, kind=MessageKind.DELIVERY, by=by, at=at)


def deliverable(case: Request, by: User) -> Request:
    """The locked request, if something may be delivered for it now. Raises Conflict, NotPermitted, NoSuchRequest."""
    row = moving.for_staff(case, by, StaffAct.DELIVER)
    if row.status != Status.DECIDED or row.resolution not in DELIVERABLE:
        raise Conflict(
            _("Only what was granted can be delivered."), part="status", remedy=_("Decide first, then deliver.")
        )
    return row

"""Receipt: every valid submission is a request at once; the address is confirmed later, and nothing hangs on that."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Department
from apps.catalogue import selectors as catalogue
from apps.core import clock
from apps.core.errors import Invalid
from apps.desk.models import CaseCounter, Request
from apps.desk.services import clocks, links, mails, moving, recording
from apps.desk.states import Act, Actor, Status
from apps.desk.types import RequesterKind, city_day
from apps.desk.types.submissions import Receipt, Submission

PREFIXES = {"bielefeld": "BI", "guetersloh": "GT", "herford": "HF", "detmold": "DT", "bad-salzuflen": "BS"}
LANGUAGES = ("de", "en")


def receive(*, submission: Submission, at: datetime | None = None) -> Receipt:
    """Make a request of a filled-in form: number, deadline, secret link. Sent twice it is the same request.

    The deadline counts from ``at`` (now). Raises Invalid naming the field.
    """
    moment = at or clock.now()
    clean = _checked(submission)
    known = _known(clean, moment)
    if known is not None:
        return known
    try:
        return _received(clean, moment)
    except IntegrityError:
        # The same form arrived twice at once; the other one won.
        twin = _known(clean, moment)
        if twin is None:
            raise
        return twin


@transaction.atomic
def confirm(*, case: Request, at: datetime | None = None) -> Request:
    """The requester opened the link in the first email: the address is theirs. Twice is the same as once."""
    moment = at or clock.now()
    row = moving.locked(case)
    if row.email_confirmed_at is not None:
        return row
    row.email_confirmed_at = moment
    row.save()
    if row.status == Status.RECEIVED:
        moving.move(row, Act.CONFIRM, kind=Actor.CITIZEN, at=moment)
    mails.queue_received(row, at=moment)
    return row


@transaction.atomic
def renew_link(*, case: Request, at: datetime | None = None) -> str:
    """Close all status links of a request and make a new one; returns its token, and mails it where it may."""
    moment = at or clock.now()
    row = moving.locked(case)
    links.revoke(case=row, purpose="status", at=moment)
    token = links.issue(case=row, purpose="status", at=moment)
    moving.note(row, "renew-link", kind=Actor.CITIZEN, at=moment)
    mails.queue_link(row, at=moment)
    return token


def next_number(*, at: datetime) -> str:
    """The next case number of this city, as ``BI-2026-00042``; inside the caller's transaction."""
    prefix, year = prefix_of_city(), city_day(at).year
    CaseCounter.objects.get_or_create(prefix=prefix, year=year)
    counter = CaseCounter.objects.select_for_update().get(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}-{year}-{counter.last:05d}"


def prefix_of_city() -> str:
    """What this city's case numbers begin with."""
    node = settings.NODE
    return str(node.case_prefix or PREFIXES.get(node.city) or node.city[:2].upper())


def department_of(dataset_key: str) -> Department | None:
    """Who answers for the dataset asked about: the request goes to them without anybody in between."""
    dataset = catalogue.find(dataset_key) if dataset_key else None
    return None if dataset is None else dataset.department


def email_or_none(value: str) -> str:
    """An address from another node, or nothing where it is none."""
    try:
        return _email(value)
    except Invalid:
        return ""


@transaction.atomic
def _received(clean: Submission, at: datetime) -> Receipt:
    case = Request(
        submission=clean.key,
        case_number=next_number(at=at),
        language=clean.language,
        subject=clean.subject,
        description=clean.description,
        place=clean.place,
        period=clean.period,
        dataset_key=clean.dataset_key,
        requester_name=clean.requester_name,
        requester_kind=clean.requester_kind,
        email=clean.email,
        postal_address=clean.postal_address,
        register_consent=clean.register_consent,
        received_at=at,
        department=department_of(clean.dataset_key),
    )
    clocks.start(case, at=at)
    case.save()
    clocks.note_start(case, at=at)
    moving.note(case, "receive", kind=Actor.CITIZEN, at=at)
    mails.queue_confirmation(case, at=at)
    token = links.issue(case=case, purpose="status", at=at)
    recording.record(case, "received", at=at)
    return Receipt(case, token, new=True)


def _known(clean: Submission, at: datetime) -> Receipt | None:
    case = Request.objects.filter(submission=clean.key).first()
    return None if case is None else Receipt(case, links.current(case=case, purpose="status", at=at), new=False)


def _checked(given: Submission) -> Submission:
    if given.requester_kind not in RequesterKind.values:
        raise Invalid(_("Please say who is asking."), part="requester_kind")
    return Submission(
        key=given.key,
        subject=_line(moving.text_of(given.subject, part="subject", most=200)),
        description=moving.text_of(given.description, part="description", most=10_000),
        language=given.language if given.language in LANGUAGES else "de",
        place=_optional(given.place, "place", 300),
        period=_optional(given.period, "period", 300),
        dataset_key=_optional(given.dataset_key, "dataset_key", 300),
        requester_name=_optional(given.requester_name, "requester_name", 200),
        requester_kind=RequesterKind(given.requester_kind),
        email=_email(given.email),
        postal_address=_optional(given.postal_address, "postal_address", 500, lines=True),
        register_consent=given.register_consent,
    )


def _optional(value: str, part: str, most: int, *, lines: bool = False) -> str:
    if not value.strip():
        return ""
    text = moving.text_of(value, part=part, most=most)
    return text if lines else _line(text)


def _line(text: str) -> str:
    return " ".join(text.split())


def _email(value: str) -> str:
    address = value.strip()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(
            _("This is no email address."), part="email", remedy=_("It reads like name@example.org.")
        ) from error
    if len(address) > 254:
        raise Invalid(_("This address is too long."), part="email")
    return address

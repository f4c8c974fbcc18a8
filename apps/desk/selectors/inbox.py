"""What staff of the desk see: the inbox with its lights, and one request with everything that belongs to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.core import clock
from apps.desk.errors import NoSuchRequest
from apps.desk.models import (
    Attachment,
    DeadlineChange,
    Decision,
    Delivery,
    Fee,
    Forwarding,
    Hearing,
    HistoryEntry,
    Mail,
    Message,
    Note,
    Request,
)
from apps.desk.states import OPEN, REQUEST, Act, Actor, Status
from apps.desk.types import (
    DecisionState,
    Ground,
    Lamp,
    Law,
    LawRules,
    LegalPart,
    city_day,
    euros,
    grounds_of,
    lamp,
    rules_of,
)
from apps.desk.types.lights import SOON_DAYS
from apps.peers import selectors as peers
from apps.peers.models import Peer

Whose = Literal["all", "mine", "nobody"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """What to show: empty fields show all. ``soon``: due within ten days or overdue; ``closed``: also those."""

    status: str = ""
    law: str = ""
    whose: Whose = "all"
    department: str = ""
    soon: bool = False
    closed: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the inbox."""

    case: Request
    lamp: Lamp
    waits_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One request for staff. ``acts`` is what the table of states lets the desk do now."""

    case: Request
    lamp: Lamp
    rules: LawRules | None
    grounds: list[Ground]
    messages: list[Message]
    notes: list[Note]
    files: list[Attachment]
    decisions: list[Decision]
    draft: Decision | None
    fee: Fee | None
    hearings: list[Hearing]
    deliveries: list[Delivery]
    forwardings: list[Forwarding]
    history: list[HistoryEntry]
    deadline_changes: list[DeadlineChange]
    unsent: list[Mail]
    acts: frozenset[Act]

    @property
    def draft_euros(self) -> str:
        """What the prepared decision charges, in euros as the language writes it; '' for nothing."""
        cents = None if self.draft is None or self.fee is None else self.fee.charged_cents
        return euros(cents) if cents else ""

    @property
    def draft_legal(self) -> tuple[LegalPart, ...]:
        """Grounds and remedy as they go out with the draft: German, and English for whoever asked in English."""
        return () if self.draft is None else self.draft.legal_parts(english=self.case.language == "en")


def inbox(person: User, chosen: InboxFilter, *, at: dt.datetime | None = None) -> QuerySet[Request]:
    """The requests this person may see and asked for, the most urgent first; nothing for anybody without the role."""
    rows = Request.objects.visible_to(person).select_related("owner", "deputy", "department")
    rows = rows if chosen.closed or chosen.status else rows.open() | rows.filter(status=Status.DECIDED)
    narrowed = _narrowed(rows, chosen, person)
    if chosen.soon:
        narrowed = narrowed.filter(
            status__in=OPEN, due_on__lte=city_day(at or clock.now()) + dt.timedelta(days=SOON_DAYS)
        )
    return narrowed.order_by(F("due_on").asc(nulls_last=True), "-received_at")


def rows_of(cases: list[Request], *, at: dt.datetime | None = None) -> list[InboxRow]:
    """Lines for these requests, in the active language."""
    today = city_day(at or clock.now())
    return [InboxRow(case, lamp(_running(case), today=today), waits_for(case)) for case in cases]


def waits_for(case: Request) -> str:
    """Whose turn it is, in words."""
    if case.status in {Status.CLARIFICATION, Status.FEE}:
        return _("the requester")
    if case.status == Status.HEARING:
        return _("a third party")
    if case.status == Status.FORWARDED:
        return _("another city")
    return _("nobody") if case.status == Status.CLOSED else _("the desk")


def counts(person: User, *, at: dt.datetime | None = None) -> dict[str, int]:
    """How many of what this person may see are ``open``, ``new``, ``overdue``, ``soon``, ``to_sign`` and ``mine``."""
    today = city_day(at or clock.now())
    visible = Request.objects.visible_to(person)
    numbers: dict[str, int] = visible.open().aggregate(
        open=Count("pk"),
        new=Count("pk", filter=Q(status__in=[Status.RECEIVED, Status.CONFIRMED])),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=today + dt.timedelta(days=SOON_DAYS))),
        mine=Count("pk", filter=Q(owner=person) | Q(deputy=person)),
    )
    drafts = Decision.objects.filter(state=DecisionState.DRAFT, request__in=visible.values("pk"))
    return numbers | {"to_sign": drafts.exclude(prepared_by=person).count()}


def find(person: User, case_number: str) -> Request:
    """The request of this number, if this person may see it. Raises NoSuchRequest."""
    visible = Request.objects.visible_to(person).select_related("owner", "deputy", "department")
    # PostgreSQL knows no text with a NUL in it, and no number has one.
    found = visible.filter(case_number=case_number).first() if case_number.isprintable() else None
    if found is None:
        raise NoSuchRequest(_("There is no such request."))
    row: Request = found
    return row


def case_file(case: Request, *, at: dt.datetime | None = None) -> CaseFile:
    """Everything about one request; ask ``find`` first, which asks for the right."""
    today = city_day(at or clock.now())
    decisions = list(case.decisions.select_related("prepared_by", "signed_by"))
    return CaseFile(
        case=case,
        lamp=lamp(_running(case), today=today),
        rules=rules_of(case.law),
        grounds=list(grounds_of(case.law).values()),
        messages=list(case.messages.select_related("author")),
        notes=list(case.notes.select_related("author")),
        files=list(case.files.all()),
        decisions=decisions,
        draft=next((one for one in decisions if one.state == DecisionState.DRAFT), None),
        fee=Fee.objects.filter(request=case).first(),
        hearings=list(case.hearings.all()),
        deliveries=list(case.deliveries.select_related("file")),
        forwardings=list(case.forwardings.select_related("peer")),
        history=list(case.history.select_related("by")),
        deadline_changes=list(case.deadline_changes.select_related("by")),
        unsent=list(case.mails.filter(sent_at__isnull=True).exclude(last_error="")),
        acts=REQUEST.acts(case.status, Actor.DESK),
    )


def colleagues(department: Department | None) -> QuerySet[User]:
    """Whom a request of this department can be given to, by user name."""
    return accounts.with_role(Role.DESK, department)


def _narrowed(rows: QuerySet[Request], chosen: InboxFilter, person: User) -> QuerySet[Request]:
    if chosen.status in Status.values:
        rows = rows.filter(status=chosen.status)
    if chosen.law in Law.values:
        rows = rows.filter(law=chosen.law)
    if chosen.whose == "mine":
        rows = rows.filter(Q(owner=person) | Q(deputy=person))
    elif chosen.whose == "nobody":
        rows = rows.filter(owner__isnull=True)
    if chosen.department:
        rows = rows.filter(department__slug=chosen.department)
    for word in chosen.words.split()[:5]:
        rows = rows.filter(Q(case_number__icontains=word) | Q(subject__icontains=word))
    return rows


def _running(case: Request) -> dt.date | None:
    return None if case.status in {Status.DECIDED, Status.CLOSED} else case.due_on


def colleague(pk: str) -> User | None:
    """The active person of this key, None for an empty one; whether they may is asked by the service."""
    return User.objects.filter(pk=pk, is_active=True).first() if pk.isdecimal() else None


def departments() -> QuerySet[Department]:
    """All departments, by short name."""
    return Department.objects.order_by("slug")


def department(slug: str) -> Department | None:
    """The department of this short name; None for an empty one."""
    return accounts.department(slug=slug) if slug else None


def cities() -> QuerySet[Peer]:
    """The cities a request can be forwarded to, by name."""
    return peers.trusted()


def city(did: str) -> Peer:
    """The city of this DID. Raises NotFound."""
    return peers.peer(did)

"""Who works on a request, and under which law."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User
from apps.core import clock
from apps.core.errors import Conflict, Invalid
from apps.desk.models import Request
from apps.desk.services import clocks, moving
from apps.desk.states import OPEN, Act, Actor
from apps.desk.types import LAWS, Law, RequesterKind
from apps.desk.types.rights import StaffAct


@transaction.atomic
def take(*, case: Request, by: User, at: datetime | None = None) -> Request:
    """Begin the work: the person is in charge if nobody was. Raises NoSuchStep, NotPermitted, NoSuchRequest."""
    row = moving.for_staff(case, by, StaffAct.TAKE)
    if row.owner_id is None:
        row.owner = by
        if row.deputy_id == by.pk:
            row.deputy = None
    moving.move(row, Act.TAKE, kind=Actor.DESK, by=by, at=at)
    return row


@transaction.atomic
def assign(
    *,
    case: Request,
    by: User,
    owner: User | None,
    deputy: User | None,
    department: Department | None,
    at: datetime | None = None,
) -> Request:
    """Put a request into the hands of a department, a person in charge and a deputy.

    Both must be of the desk, there or on the whole node. Raises Invalid, Conflict, NotPermitted, NoSuchRequest.
    """
    row = moving.for_staff(case, by, StaffAct.ASSIGN)
    if row.status not in OPEN:
        raise Conflict(_("This request is decided already."), part="status")
    if owner is not None and owner == deputy:
        raise Invalid(_("Somebody else must be the deputy."), part="deputy")
    row.department, row.owner, row.deputy = department, owner, deputy
    row.save()
    for part, person in (("owner", owner), ("deputy", deputy)):
        if person is not None and not moving.may(person, StaffAct.TAKE, row):
            raise Invalid(_("%(person)s is not of the desk there.") % {"person": person}, part=part)
    moving.note(row, "assign", kind=Actor.DESK, by=by, at=at)
    return row


@transaction.atomic
def pick_law(*, case: Request, by: User, law: str, at: datetime | None = None) -> Request:
    """Triage: say which law decides. Deadline, grounds, texts and remedy follow.

    Raises Invalid for an unknown law or an organisation under a law for persons only, Conflict once it is decided or
    while a decision awaits its second signature.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.TRIAGE)
    if law not in Law.values:
        raise Invalid(_("There is no such law."), part="law")
    if row.status not in OPEN:
        raise Conflict(_("This request is decided already."), part="status")
    if row.decisions.exclude(state="sent-back").exists():
        raise Conflict(_("A decision awaits its second signature."), part="law")
    if LAWS[Law(law)].persons_only and row.requester_kind != RequesterKind.PERSON:
        raise Invalid(
            _("The IFG NRW gives its right to natural persons only."),
            part="law",
            remedy=_("Decide under the UIG NRW where it fits, or let a person of the organisation ask."),
        )
    if row.law == law:
        return row
    row.law = law
    if row.due_on is not None:
        clocks.follow_law(row, by=by, at=moment)
    row.save()
    moving.note(row, "triage", kind=Actor.DESK, by=by, at=moment)
    return row

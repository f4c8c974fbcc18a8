"""The one way to move a request: lock it, ask the table, write the history."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.selectors import has_role
from apps.core import clock
from apps.core.errors import Invalid, NotPermitted
from apps.desk.errors import NoSuchRequest, NoSuchStep, NotTriaged
from apps.desk.models import HistoryEntry, Request
from apps.desk.states import REQUEST, Act, Actor, Status
from apps.desk.types import LawRules, rules_of
from apps.desk.types.rights import RIGHTS, StaffAct


def locked(case: Request) -> Request:
    """The request as it is now, locked until the transaction ends. Raises NoSuchRequest."""
    row = Request.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
    if row is None:
        raise NoSuchRequest(_("There is no such request."))
    found: Request = row
    return found


def for_staff(case: Request, by: User, act: StaffAct) -> Request:
    """The locked request, if this person may do this with it. Raises NoSuchRequest, NotPermitted."""
    row = locked(case)
    if not Request.objects.visible_to(by).filter(pk=row.pk).exists():
        raise NoSuchRequest(_("There is no such request."))
    if not may(by, act, row):
        raise NotPermitted(_("Your role does not allow this."), part=act.value)
    return row


def may(person: User, act: StaffAct, case: Request) -> bool:
    """Whether this person holds a role that may do this, in the request's department or on the whole node.

    A request without a department may be worked on by whoever holds the role anywhere.
    """
    roles = RIGHTS.get(act, frozenset())
    if not Request.objects.visible_to(person).filter(pk=case.pk).exists():
        return False
    if case.department is None:
        return any(person.roles.filter(role=role, user__is_active=True).exists() for role in roles)
    return any(has_role(person, role, case.department) for role in roles)


def move(case: Request, act: Act, *, kind: Actor, by: User | None = None, at: datetime | None = None) -> Status:
    """Take a step with a locked request and write it down; the caller saves what else changes. Raises NoSuchStep."""
    target = REQUEST.target(case.status, act, kind)
    if target is None:
        raise NoSuchStep(
            _("This cannot be done while the request is “%(status)s”.") % {"status": case.get_status_display()},
            part="status",
            remedy=_("Load the page again: somebody may have gone on with the request meanwhile."),
        )
    before, case.status = case.status, target
    case.save()
    note(case, act.value, kind=kind, by=by, at=at, before=before)
    return target


def note(
    case: Request,
    act: str,
    *,
    kind: Actor,
    by: User | None = None,
    at: datetime | None = None,
    before: str = "",
) -> None:
    """Write an act into the request's history."""
    HistoryEntry.objects.create(
        request=case,
        at=at or clock.now(),
        act=act,
        by_kind=kind,
        by=by,
        from_status=before or case.status,
        to_status=case.status,
    )


def law_of(case: Request) -> LawRules:
    """The rules of the law that triage picked. Raises NotTriaged."""
    rules = rules_of(case.law)
    if rules is None:
        raise NotTriaged(
            _("Pick the law first: deadline, grounds and texts follow from it."),
            part="law",
            remedy=_("Choose UIG NRW for air, water, noise, climate and soil, else IFG NRW."),
        )
    return rules


def text_of(value: str, *, part: str, most: int) -> str:
    """A text that must be there. Raises Invalid when it is empty, too long or holds control characters."""
    text = value.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(_("Please write something here."), part=part)
    if len(text) > most:
        raise Invalid(_("At most %(most)d characters, please.") % {"most": most}, part=part)
    if "\x00" in text:
        raise Invalid(_("This text holds a character that no text has."), part=part)
    return text

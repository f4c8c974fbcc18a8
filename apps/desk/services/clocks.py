"""The deadline of a request: every change is written down with its reason."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict
from apps.desk.models import DeadlineChange, Request
from apps.desk.services import moving, talking
from apps.desk.states import OPEN, Actor, Status
from apps.desk.types import DeadlineChangeKind, MessageKind, city_day, extended_due, first_due, rules_of
from apps.desk.types.rights import StaffAct

DEFAULT_MONTHS = 1
"""Both laws give a month; so the deadline stands before triage has picked one."""


def start(case: Request, *, at: dt.datetime) -> None:
    """Set the deadline of a new request (unsaved): from the day of its receipt, whatever happens later."""
    case.clock_from = city_day(case.received_at)
    case.due_on = first_due(case.clock_from, DEFAULT_MONTHS)


def note_start(case: Request, *, at: dt.datetime) -> None:
    """Write down the first deadline of a saved request."""
    _write(case, DeadlineChangeKind.START, before=None, at=at)


def follow_law(case: Request, *, by: User, at: dt.datetime) -> None:
    """After triage (unsaved): the law's own period; an extension of another law does not carry over."""
    rules = moving.law_of(case)
    before, case.due_on, case.extended = case.due_on, first_due(case.clock_from, rules.months), False
    if case.due_on != before:
        _write(case, DeadlineChangeKind.LAW, before=before, at=at, by=by, reason=rules.short)


def restart(case: Request, *, asked_on: dt.date, at: dt.datetime) -> bool:
    """After a clarification (unsaved): the clock begins anew where the law says so (§ 4 (2) UIG).

    Only if the city asked within the period: a question asked too late saves no deadline. Returns whether it did.
    """
    rules = rules_of(case.law)
    in_time = case.due_on is not None and asked_on <= case.due_on
    if rules is None or not rules.clarification_restarts or not in_time:
        return False
    before = case.due_on
    case.clock_from, case.extended = city_day(at), False
    case.due_on = first_due(case.clock_from, rules.months)
    _write(case, DeadlineChangeKind.RESTART, before=before, at=at)
    return True


def hand_over(case: Request, *, at: dt.datetime) -> None:
    """Another city has to answer now (unsaved): no deadline of ours runs."""
    before, case.due_on = case.due_on, None
    _write(case, DeadlineChangeKind.HANDED_OVER, before=before, at=at)


def take_back(case: Request, *, at: dt.datetime) -> None:
    """The other city gave it back (unsaved): the deadline is what it always was, however late that is."""
    rules = rules_of(case.law)
    months = DEFAULT_MONTHS if rules is None else rules.months
    longer = rules.extended_months if rules is not None and case.extended else None
    case.due_on = (
        first_due(case.clock_from, months)
        if longer is None
        else extended_due(case.clock_from, months, total_months=longer)
    )
    _write(case, DeadlineChangeKind.RETURNED, before=None, at=at)


@transaction.atomic
def extend(*, case: Request, by: User, reason: str, at: dt.datetime | None = None) -> Request:
    """Extend the deadline to the law's longer period; the requester is told the reason at once.

    Raises Conflict when the law knows no extension, when it was extended before or no clock runs; NotTriaged, Invalid.
    """
    moment = at or clock.now()
    row = moving.for_staff(case, by, StaffAct.EXTEND)
    rules = moving.law_of(row)
    text = moving.text_of(reason, part="reason", most=2_000)
    if rules.extended_months is None:
        raise Conflict(
            _("The %(law)s knows no extension.") % {"law": rules.short},
            part="law",
            remedy=_("Write to the requester when you will decide; the deadline stays as it is, for all to see."),
        )
    if row.extended or row.due_on is None or row.status not in OPEN or row.status == Status.FORWARDED:
        raise Conflict(_("This deadline cannot be extended, or not again."), part="due_on")
    before = row.due_on
    row.due_on = extended_due(row.clock_from, rules.months, total_months=rules.extended_months)
    row.extended = True
    row.save()
    _write(row, DeadlineChangeKind.EXTENSION, before=before, at=moment, by=by, reason=text)
    moving.note(row, "extend", kind=Actor.DESK, by=by, at=moment)
    talking.tell(row, text, kind=MessageKind.EXTENSION, by=by, at=moment)
    return row


def _write(
    case: Request,
    kind: DeadlineChangeKind,
    *,
    before: dt.date | None,
    at: dt.datetime,
    by: User | None = None,
    reason: str = "",
) -> None:
    DeadlineChange.objects.create(
        request=case, kind=kind, due_before=before, due_after=case.due_on, at=at, by=by, reason=reason
    )

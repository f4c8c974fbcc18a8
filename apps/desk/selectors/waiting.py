"""Which requests need somebody of the desk now, and why: new, awaiting a second signature, due soon, overdue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, OuterRef, Q, Subquery

from apps.accounts.models import User
from apps.core import clock
from apps.desk.models import Decision, Request
from apps.desk.states import UNTAKEN, Status
from apps.desk.types import DecisionState, Lamp, city_day, lamp
from apps.desk.types.deadlines import CITY_ZONE
from apps.desk.types.lights import SOON_DAYS


class Why(StrEnum):
    """Why a request waits; where several are true, the first of these is said."""

    SIGN = "sign"
    OVERDUE = "overdue"
    NEW = "new"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that needs this person's desk, why, and since when (aware)."""

    case: Request
    why: Why
    since: dt.datetime
    lamp: Lamp


def waiting_for(person: User, *, at: dt.datetime | None = None, most: int = 30) -> list[Waiting]:
    """At most ``most`` requests that wait for this person, the most urgent first; [] for anybody without the role.

    A refusal that this person prepared waits for somebody else, and is listed here only for its deadline.
    """
    moment = at or clock.now()
    today = city_day(moment)
    drafts = Decision.objects.filter(request=OuterRef("pk"), state=DecisionState.DRAFT).exclude(prepared_by=person)
    rows = Request.objects.visible_to(person).open()
    rows = rows.annotate(draft_since=Subquery(drafts.values("prepared_at")[:1])).filter(
        Q(draft_since__isnull=False)
        | Q(status__in=UNTAKEN)
        | Q(status=Status.WORK, owner__isnull=True)
        | Q(due_on__lte=today + dt.timedelta(days=SOON_DAYS))
    )
    return [_waiting(row, today) for row in rows.order_by(F("due_on").asc(nulls_last=True), "-received_at")[:most]]


def _waiting(case: Request, today: dt.date) -> Waiting:
    light = lamp(case.due_on, today=today)
    draft_since: dt.datetime | None = getattr(case, "draft_since", None)
    if draft_since is not None:
        return Waiting(case, Why.SIGN, draft_since, light)
    if case.due_on is not None and case.due_on < today:
        return Waiting(case, Why.OVERDUE, _morning(case.due_on + dt.timedelta(days=1)), light)
    if case.owner_id is None or case.status in UNTAKEN:
        return Waiting(case, Why.NEW, case.received_at, light)
    soon_from = (case.due_on or today) - dt.timedelta(days=SOON_DAYS)
    return Waiting(case, Why.SOON, max(_morning(soon_from), case.received_at), light)


def _morning(day: dt.date) -> dt.datetime:
    """When the day begins in the city."""
    return dt.datetime.combine(day, dt.time(), tzinfo=CITY_ZONE)

"""How the desk stands: what is open by state and law, what is late, and how long answers took in a year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from statistics import median

from django.db.models import Count, Q

from apps.accounts.models import User
from apps.core import clock
from apps.desk.models import OutcomeRecord, Request
from apps.desk.selectors.figures import Bar, Figures, figures
from apps.desk.states import OPEN, Status
from apps.desk.types import Law, city_day
from apps.desk.types.lights import SOON_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRow:
    """One law ('' for requests without one): open now; closed of the year, in time of those timed, median days."""

    law: str
    label: str
    open: int
    overdue: int
    closed: int
    in_time: int
    timed: int
    median_days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """``by_status`` and the counts are of what the person may see now; ``year`` counts what was closed of that year."""

    by_status: list[Bar]
    open: int
    overdue: int
    soon: int
    unassigned: int
    by_law: list[LawRow]
    median_days: float | None
    year: Figures


def workload(person: User, year: int, *, at: dt.datetime | None = None) -> Workload:
    """The figures for staff: requests received in ``year`` that are closed, and what is open at this moment."""
    today = city_day(at or clock.now())
    visible = Request.objects.visible_to(person)
    states = dict(visible.order_by().values_list("status").annotate(number=Count("pk")))
    open_now = visible.filter(status__in=OPEN)
    sums = open_now.aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=today + dt.timedelta(days=SOON_DAYS))),
        unassigned=Count("pk", filter=Q(owner__isnull=True)),
    )
    late = Count("pk", filter=Q(due_on__lt=today))
    laws = open_now.order_by().values_list("law").annotate(number=Count("pk"), over=late)
    by_law = {law: (number, over) for law, number, over in laws}
    closed: dict[str, list[tuple[int | None, bool | None]]] = {}
    for law, days, in_time in OutcomeRecord.objects.filter(year=year).values_list("law", "days", "in_time"):
        closed.setdefault(law, []).append((days, in_time))
    return Workload(
        by_status=[(str(status.label), states.get(status.value, 0)) for status in Status],
        by_law=[_law_row(code, label, by_law.get(code, (0, 0)), closed.get(code, [])) for code, label in _laws()],
        median_days=_median([days for rows in closed.values() for days, _in_time in rows]),
        year=figures(year),
        **sums,
    )


def _laws() -> list[tuple[str, str]]:
    return [(law.value, str(law.label)) for law in Law] + [("", "")]


def _law_row(law: str, label: str, now: tuple[int, int], closed: list[tuple[int | None, bool | None]]) -> LawRow:
    timed = [in_time for _days, in_time in closed if in_time is not None]
    return LawRow(
        law=law,
        label=label,
        open=now[0],
        overdue=now[1],
        closed=len(closed),
        in_time=sum(timed),
        timed=len(timed),
        median_days=_median([days for days, _in_time in closed]),
    )


def _median(days: list[int | None]) -> float | None:
    known = [number for number in days if number is not None]
    return float(median(known)) if known else None

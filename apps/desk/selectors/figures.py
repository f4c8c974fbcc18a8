"""Numbers and answered requests for everybody."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg, Count, Q, QuerySet, Sum

from apps.desk.models import OutcomeRecord, RegisterEntry, Request
from apps.desk.states import Resolution
from apps.desk.types import Law

Bar = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One year's requests in numbers; ``received`` counts what came in, the rest what was closed."""

    year: int
    received: int
    closed: int
    in_time: int
    timed: int
    extended: int
    forwarded: int
    average_days: float | None
    fee_cents: int
    by_resolution: list[Bar]
    by_law: list[Bar]


def figures(year: int) -> Figures:
    """The numbers of requests received in this year."""
    rows = OutcomeRecord.objects.filter(year=year)
    # Named otherwise than the columns, which the filters mean.
    sums = rows.aggregate(
        all=Count("pk"),
        kept=Count("pk", filter=Q(in_time=True)),
        timed=Count("pk", filter=Q(in_time__isnull=False)),
        longer=Count("pk", filter=Q(extended=True)),
        passed_on=Count("pk", filter=Q(forwarded=True)),
        average=Avg("days"),
        cents=Sum("fee_cents", default=0),
    )
    pending = Request.objects.filter(received_at__year=year, closed_at__isnull=True).count()
    return Figures(
        year=year,
        received=sums["all"] + pending,
        closed=sums["all"],
        in_time=sums["kept"],
        timed=sums["timed"],
        extended=sums["longer"],
        forwarded=sums["passed_on"],
        average_days=sums["average"],
        fee_cents=sums["cents"],
        by_resolution=_bars(rows, "resolution", [(one.value, str(one.label)) for one in Resolution]),
        by_law=_bars(rows, "law", [(one.value, str(one.label)) for one in Law]),
    )


def register() -> QuerySet[RegisterEntry]:
    """Answered requests that may be seen by everybody, the newest first."""
    return RegisterEntry.objects.all()


def _bars(rows: QuerySet[OutcomeRecord], field: str, words: list[tuple[str, str]]) -> list[Bar]:
    found = dict(rows.values_list(field).annotate(number=Count("pk")))
    return [(label, found.get(value, 0)) for value, label in words]

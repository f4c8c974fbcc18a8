"""How much came in, and how late: what the charts of a replica show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Max, QuerySet, Sum
from django.db.models.functions import TruncHour, TruncMinute

from apps.consumer.models import Comparison, PageReceipt, Subscription
from apps.consumer.types import Verdict
from apps.core import clock

MINUTES_UP_TO = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Tick:
    """One minute or hour: rows and pages received, and the seconds from the owner's commit to ours (None: no tail)."""

    at: datetime
    rows: int
    pages: int
    seconds: float | None


def throughput(subscription_id: int, *, since: datetime) -> list[Tick]:
    """What one subscription received since then, by minutes for up to three hours, else by hours; gaps are left out."""
    short = clock.now() - since <= MINUTES_UP_TO
    step = TruncMinute("received_at") if short else TruncHour("received_at")
    rows = PageReceipt.objects.filter(subscription=subscription_id, received_at__gte=since)
    found = (
        rows.annotate(step=step)
        .values("step")
        .annotate(rows_sum=Sum("rows"), pages=Count("pk"), seconds=Avg("latency_s"))
        .order_by("step")
    )
    return [Tick(row["step"], row["rows_sum"] or 0, row["pages"], row["seconds"]) for row in found]


def rows_by_hour(*, since: datetime) -> dict[int, list[tuple[datetime, int]]]:
    """For every subscription the rows of each hour since then, the oldest first; hours without rows are left out."""
    found = (
        PageReceipt.objects.filter(received_at__gte=since)
        .annotate(step=TruncHour("received_at"))
        .values("subscription", "step")
        .annotate(total=Sum("rows"))
        .order_by("step")
    )
    series: dict[int, list[tuple[datetime, int]]] = {}
    for row in found:
        series.setdefault(row["subscription"], []).append((row["step"], row["total"] or 0))
    return series


def comparisons(subscription_id: int) -> QuerySet[Comparison]:
    """The comparisons of one replica with its owner, the latest first."""
    return Comparison.objects.filter(subscription=subscription_id)


def troubled() -> list[Subscription]:
    """Kept replicas whose last attempt failed, or whose last comparison found a difference that repair did not cure."""
    rows = Subscription.objects.active().select_related("agreement", "peer")
    last = Comparison.objects.values("subscription").annotate(last=Max("pk")).values("last")
    alarmed = Comparison.objects.filter(pk__in=last, verdict=Verdict.ALARM).values("subscription")
    return list((rows.filter(attempts__gte=3) | rows.filter(pk__in=alarmed)).order_by("-updated_at"))

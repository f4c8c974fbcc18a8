"""How true and how fresh the replicas are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum

from apps.consumer.models import Comparison, PageReceipt, Purge, Subscription
from apps.consumer.types import Row
from apps.core import clock
from apps.sensors.models import DatastreamState


def status(*, at: datetime | None = None) -> list[Row]:
    """One row per subscription; ``staleness_s`` is the age of the owner's state that this replica is known to equal."""
    moment = at or clock.now()
    counted = (
        DatastreamState.objects.filter(datastream__replica__subscription=OuterRef("pk"))
        .values("datastream__replica__subscription")
        .annotate(total=Sum("observation_count"))
        .values("total")
    )
    verdicts = Comparison.objects.filter(subscription=OuterRef("pk")).order_by("-pk").values("verdict")[:1]
    rows = Subscription.objects.select_related("agreement", "peer").annotate(
        held=Subquery(counted), verdict=Subquery(verdicts)
    )
    return [_row(row, moment) for row in rows]


def staleness(*, since: datetime | None = None) -> dict[str, float | None]:
    """p50, p95 and max of the seconds from the owner's commit to ours, over the pages of the tail since that time."""
    pages = PageReceipt.objects.filter(latency_s__isnull=False)
    if since is not None:
        pages = pages.filter(received_at__gte=since)
    seconds = np.array(list(pages.values_list("latency_s", flat=True)), dtype=np.float64)
    if not len(seconds):
        return {"p50": None, "p95": None, "max": None}
    return {
        "p50": float(np.percentile(seconds, 50)),
        "p95": float(np.percentile(seconds, 95)),
        "max": float(seconds.max()),
    }


def pages(subscription_id: int) -> QuerySet[PageReceipt]:
    """The pages received by one subscription, the latest first."""
    return PageReceipt.objects.filter(subscription=subscription_id)


def subscription_of(agreement_uid: str) -> Subscription | None:
    """The subscription that an agreement's data are held under."""
    found: Subscription | None = (
        Subscription.objects.select_related("agreement", "peer").filter(agreement__uid=agreement_uid).first()
    )
    return found


def received(agreement_ids: Collection[int]) -> dict[int, tuple[int, int, datetime]]:
    """(pages with rows, rows, time of the last page) received under each of these agreements, by primary key."""
    found = PageReceipt.objects.filter(agreement__in=agreement_ids).values("agreement").order_by("agreement")
    totals = found.annotate(pages=Count("pk", filter=Q(rows__gt=0)), total=Sum("rows"), last=Max("received_at"))
    return {one["agreement"]: (one["pages"], one["total"] or 0, one["last"]) for one in totals}


def deletions() -> dict[int, datetime | None]:
    """When the owner accepted the proof that its data are deleted here, by the ended agreement's primary key."""
    final = Purge.objects.exclude(kind="retention")
    return dict(final.values_list("agreement", "acknowledged_at"))


def _row(row: Any, at: datetime) -> Row:
    return Row(
        subscription_id=row.pk,
        owner=row.peer.did,
        peer=row.peer.name,
        dataset=row.agreement.dataset_identifier,
        title=row.agreement.title,
        terms=row.agreement.terms,
        state=row.state,
        rows=row.held or 0,
        pages=row.pages_received,
        last_complete_at=row.last_complete_at,
        staleness_s=None if row.last_complete_at is None else (at - row.last_complete_at).total_seconds(),
        last_error=row.last_error,
        verdict=row.verdict or "",
    )

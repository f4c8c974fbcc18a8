"""Sync: how much comes in and how fresh it is, per agreement; pause, resume, compare, rebuild."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.types import Role
from apps.agreements import selectors as agreements
from apps.agreements import services as agreement_services
from apps.console import answers
from apps.console.gate import SIGHTED, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.consumer import selectors as consumer
from apps.consumer import services as consumer_services
from apps.core import clock
from apps.core.errors import NotFound

HOURS = 24


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """Every replica: rows of the last day as a line, freshness, last error."""
    since = clock.now() - timedelta(hours=HOURS)
    series = consumer.rows_by_hour(since=since)
    keys = dict(agreements.agreements(request.user).filter(role="consumer").values_list("subscription__pk", "pk"))
    rows = [
        {
            "row": row,
            "key": keys[row["subscription_id"]],
            "line": _line(series.get(row["subscription_id"], []), since),
            "total": sum(count for _hour, count in series.get(row["subscription_id"], [])),
        }
        for row in ({**_plain(one)} for one in consumer.status())
        if row["subscription_id"] in keys
    ]
    since_hour = clock.now() - timedelta(hours=1)
    context = {"rows": rows, "latency": consumer.staleness(since=since_hour), "hours": HOURS}
    return page(request, "console/sync/index.html", context)


@screen(*SIGHTED)
def detail(request: StaffRequest, key: int) -> HttpResponse:
    """One replica: throughput and lateness as a chart and as a table, comparisons with the owner, the buttons."""
    agreement, subscription = _replica(request, key)
    hours = 2 if request.GET.get("span") == "short" else HOURS
    context = {
        "agreement": agreement,
        "subscription": subscription,
        "transfer": agreements.transfer_of(agreement),
        "ticks": consumer.throughput(subscription.pk, since=clock.now() - timedelta(hours=hours))[::-1],
        "comparisons": consumer.comparisons(subscription.pk)[:10],
        "hours": hours,
        "owner": Role.OWNER in request.roles,
        "steward": bool(request.roles & {Role.OWNER, Role.ADMINISTRATOR}),
    }
    return page(request, "console/sync/detail.html", context)


@screen(*SIGHTED)
def chart(request: StaffRequest, key: int) -> HttpResponse:
    """What the chart draws, as JSON: times in seconds since 1970, rows and seconds late."""
    _agreement, subscription = _replica(request, key)
    hours = 2 if request.GET.get("span") == "short" else HOURS
    ticks = consumer.throughput(subscription.pk, since=clock.now() - timedelta(hours=hours))
    return JsonResponse(
        {
            "title": _("Throughput"),
            "unit": _("rows"),
            "series": [
                {
                    "label": _("Rows"),
                    "unit": _("rows"),
                    "times": [int(tick.at.timestamp()) for tick in ticks],
                    "values": [tick.rows for tick in ticks],
                }
            ],
        }
    )


@screen(Role.OWNER, methods=WRITE)
def pause(request: StaffRequest, key: int) -> HttpResponse:
    """Stop the data of an agreement for now; the other side is told."""
    row = agreements.agreement(request.user, key)
    agreement_services.pause(agreement=row, user=request.user, reason=request.POST.get("reason", "").strip()[:500])
    messages.success(request, _("Paused: no data flow until it is resumed. The other city is told."))
    return answers.back(request, reverse("console:agreement", args=[key]))


@screen(Role.OWNER, methods=WRITE)
def resume(request: StaffRequest, key: int) -> HttpResponse:
    """Let the data flow again."""
    agreement_services.unpause(agreement=agreements.agreement(request.user, key), user=request.user)
    messages.success(request, _("Resumed: data flow again."))
    return answers.back(request, reverse("console:agreement", args=[key]))


@screen(Role.OWNER, Role.ADMINISTRATOR, methods=WRITE)
def compare(request: StaffRequest, key: int) -> HttpResponse:
    """Compare the replica with its owner, day by day, as soon as possible."""
    _agreement, subscription = _replica(request, key)
    consumer_services.request_comparison(subscription_id=subscription.pk)
    messages.success(request, _("The comparison is due now; its result appears below."))
    return answers.back(request, reverse("console:replica", args=[key]))


@screen(Role.OWNER, Role.ADMINISTRATOR, methods=WRITE)
def rebuild(request: StaffRequest, key: int) -> HttpResponse:
    """Fetch everything anew; readers keep what is there meanwhile."""
    _agreement, subscription = _replica(request, key)
    consumer_services.rebuild(subscription_id=subscription.pk, user=request.user)
    messages.success(request, _("The replica is fetched anew from its beginning. What is there stays until then."))
    return answers.back(request, reverse("console:replica", args=[key]))


def _replica(request: StaffRequest, key: int) -> tuple[Any, Any]:
    agreement = agreements.agreement(request.user, key)
    subscription = consumer.subscription_of(agreement.uid)
    if subscription is None:
        raise NotFound(_("Nothing is held under this agreement."), part="replica")
    return agreement, subscription


def _plain(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def _line(series: list[tuple[Any, int]], since: Any) -> str:
    """The hours as the path of a small picture, 100 wide and 24 high; '' where nothing came in."""
    if not series:
        return ""
    by_hour = {int((at - since).total_seconds() // 3600): count for at, count in series}
    most = max([*by_hour.values(), 1])
    points = [(hour / (HOURS - 1) * 100, 23 - by_hour.get(hour, 0) / most * 22) for hour in range(HOURS)]
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)

"""Sensors of this city: status, last value, the readings of a day, and the rule of quality."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.types import Role
from apps.console import answers
from apps.console.gate import SIGHTED, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.core import clock
from apps.core.errors import Invalid, NotFound
from apps.holdings import selectors as holdings
from apps.sensors import selectors
from apps.sensors.types import datetime_of
from apps.sources import selectors as sources
from apps.sources import services as source_services

PER_PAGE = 50
SHOWN = 40
MOST = 2_000


class Rule(forms.Form):
    """What readings of an observed property must be like; those that are not are flagged, never dropped."""

    minimum = forms.FloatField(label=gettext_lazy("Lowest plausible value"), required=False)
    maximum = forms.FloatField(label=gettext_lazy("Highest plausible value"), required=False)
    max_jump = forms.FloatField(label=gettext_lazy("Greatest change within an hour"), required=False)
    stuck_readings = forms.IntegerField(
        label=gettext_lazy("Doubtful after so many equal readings"), required=False, min_value=2
    )


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """Own datastreams this person may read, with their last value and whether they are late."""
    text = request.GET.get("q", "").strip()[:200]
    rows = _readable(request, selectors.matching(text=text))
    pager = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "pager": pager,
        "q": text,
        "moment": clock.now(),
        "rows": _with_states(pager),
        "waiting": sum(selectors.quarantined_counts().values()),
    }
    return page(request, "console/sensors/index.html", context)


@screen(*SIGHTED)
def detail(request: StaffRequest, key: int) -> HttpResponse:
    """One datastream: where, what, how often, and its latest readings."""
    row = _one(request, key)
    readings = _readings(row)
    context = {
        **_with_states([row])[0],
        "readings": [(datetime_of(at), None if math.isnan(value) else value) for at, value in readings[::-1][:SHOWN]],
        "location": row.thing.location,
        "rule": Rule(initial=_initial(sources.rule_of(row.observed_property_id))),
        "may_act": bool(request.roles & {Role.STEWARD, Role.ADMINISTRATOR}),
    }
    return page(request, "console/sensors/detail.html", context)


@screen(Role.STEWARD, Role.ADMINISTRATOR, methods=WRITE)
def rule(request: StaffRequest, key: int) -> HttpResponse:
    """Set the quality rule of what this sensor measures; it holds for every sensor that measures the same."""
    row = _one(request, key)
    form = Rule(request.POST)
    if not form.is_valid():
        raise Invalid(_("Please enter numbers."), part="rule")
    source_services.set_rule(observed_property=row.observed_property, **form.cleaned_data)
    messages.success(request, _("The rule is set. Later readings outside it are flagged, not dropped."))
    return answers.back(request, f"/console/sensors/{key}/")


@screen(*SIGHTED)
def chart(request: StaffRequest, key: int) -> HttpResponse:
    """The last day of readings for the chart, as JSON."""
    row = _one(request, key)
    readings = _readings(row)
    return JsonResponse(
        {
            "title": row.name,
            "unit": row.unit_symbol,
            "series": [
                {
                    "label": row.name,
                    "unit": row.unit_symbol,
                    "times": [at // 1_000_000 for at, _value in readings],
                    "values": [None if math.isnan(value) else value for _at, value in readings],
                }
            ],
        }
    )


def _initial(found: Any) -> dict[str, Any]:
    return {} if found is None else {name: getattr(found, name) for name in Rule.base_fields}


def _readable(request: StaffRequest, rows: Any) -> Any:
    access = holdings.access(request.user)
    return rows if access.everything else rows.filter(pk__in=access.whole)


def _one(request: StaffRequest, key: int) -> Any:
    row = _readable(request, selectors.matching()).filter(pk=key).first()
    if row is None:
        raise NotFound(_("There is no such sensor for you to see."), part="sensor")
    return row


def _with_states(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Each datastream with whether it is ``late``, and ``imported``: a recording or a table, of which nothing more is
    to be expected."""
    found = list(rows)
    imported = sources.imported([row.pk for row in found])
    return [
        {"stream": row, "imported": row.pk in imported, "late": row.pk not in imported and _late(row)} for row in found
    ]


def _late(row: Any) -> bool:
    """Whether two expected intervals have passed without a reading."""
    if not row.expected_interval_s or row.last_time is None:
        return False
    return bool(clock.now() - row.last_time > timedelta(seconds=2 * row.expected_interval_s))


def _readings(row: Any) -> list[tuple[int, float]]:
    """Time in µs and value of the last day up to the latest reading, the oldest first."""
    if row.last_time is None:
        return []
    end = row.last_time + timedelta(microseconds=1)
    found = selectors.read_ordered(datastream_ids=[row.pk], start=end - timedelta(days=1), end=end, limit=MOST)
    return [(int(line["time"]), float(line["result"])) for line in found]

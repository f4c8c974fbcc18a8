"""Choosing the sensors of a dataset: a list with a filter, and a map beside it where scripts run."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.types import Role
from apps.catalogue import selectors as catalogue
from apps.catalogue import services
from apps.console.gate import FORM, StaffRequest, screen
from apps.console.pages import page
from apps.sensors import selectors as sensors

MOST = 500


@screen(Role.STEWARD, Role.OWNER, methods=FORM)
def members(request: StaffRequest, identifier: str) -> HttpResponse:
    """The shareable datastreams that match the filter, those of the dataset ticked."""
    dataset = catalogue.shown(request.user, identifier)
    present = set(catalogue.datastreams_of(dataset).values_list("pk", flat=True))
    if request.method == "POST":
        listed, ticked = _numbers(request, "listed"), _numbers(request, "datastream")
        chosen = services.set_members(dataset=dataset, datastream_ids=(present - listed) | ticked, user=request.user)
        messages.success(request, _("The dataset now holds %d datastreams.") % len(chosen))
        return redirect("console:dataset", identifier=identifier)
    text = request.GET.get("q", "").strip()
    rows = list(sensors.shareable(text=text)[: MOST + 1])
    context = {
        "dataset": dataset,
        "rows": rows[:MOST],
        "cut": len(rows) > MOST,
        "present": present,
        "pins": _pins(rows[:MOST], present),
        "q": text,
    }
    return page(request, "console/datasets/members.html", context)


def _numbers(request: StaffRequest, name: str) -> set[int]:
    return {
        int(value) for value in request.POST.getlist(name) if value.isascii() and value.isdigit() and len(value) < 10
    }


def _pins(rows: list[Any], present: set[int]) -> list[dict[str, Any]]:
    """One pin a thing, for the map: its name, place and the keys of its datastreams in the list."""
    pins: dict[int, dict[str, Any]] = {}
    for row in rows:
        spot = row.thing.location
        if spot is None or spot.longitude is None or spot.latitude is None:
            continue
        pin = pins.setdefault(
            row.thing_id,
            {"name": row.thing.name, "lon": spot.longitude, "lat": spot.latitude, "label": "", "text": "", "key": ""},
        )
        pin["key"] += f"{row.pk} "
        pin["text"] = f"{pin['text']}, {row.observed_property.name}".strip(", ")
        pin["label"] = "✓" if row.pk in present else pin["label"] or "+"
    return list(pins.values())

"""“Why can't Herford see this?” – for any dataset, peer and moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.agreements import selectors as agreements
from apps.catalogue import selectors as catalogue
from apps.console.gate import SIGHTED, StaffRequest, screen
from apps.console.pages import page
from apps.core import clock
from apps.peers import selectors as peers
from apps.provider import selectors as provider


class Question(forms.Form):
    """Which dataset, which city, when."""

    dataset = forms.ChoiceField(label=_("Dataset"))
    peer = forms.ChoiceField(label=_("City"))
    at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("Empty: now."),
    )

    def __init__(self, *args: Any, datasets: list[Any], cities: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].choices = [(row.identifier, row.title) for row in datasets]  # type: ignore[attr-defined]
        self.fields["peer"].choices = [(str(row.pk), row.name) for row in cities]  # type: ignore[attr-defined]


@screen(*SIGHTED)
def explain(request: StaffRequest) -> HttpResponse:
    """Every step from trust to data with yes or no and what helps, and which values the terms let out at that time."""
    datasets, cities = list(catalogue.visible_to(request.user)), list(peers.all_peers())
    form = Question(request.GET or None, datasets=datasets, cities=cities)
    context: dict[str, Any] = {"form": form, "asked": False}
    if form.is_valid():
        dataset = next(row for row in datasets if row.identifier == form.cleaned_data["dataset"])
        peer = next(row for row in cities if str(row.pk) == form.cleaned_data["peer"])
        moment: datetime = form.cleaned_data["at"] or clock.now()
        reasons = agreements.explain(dataset, peer, at=moment)
        context |= {
            "asked": True,
            "dataset": dataset,
            "peer": peer,
            "at": moment,
            "reasons": reasons,
            "readable": all(reason.ok for reason in reasons),
            "reach": provider.reach(dataset, peer, at=moment),
            "is_now": abs(moment - clock.now()) < timedelta(minutes=2),
        }
    return page(request, "console/explain.html", context)

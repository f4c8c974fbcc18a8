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

NOWISH = timedelta(minutes=2)
"""What differs from now by less than this is now: a form is filled in slowly."""


class Question(forms.Form):
    """Which dataset, which city, when."""

    dataset = forms.ChoiceField(label=_("Dataset"))
    peer = forms.ChoiceField(label=_("City"))
    at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("Empty: now. A moment in the past or in the future is answered from what is recorded."),
    )

    def __init__(self, *args: Any, datasets: list[Any], cities: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].choices = [(row.identifier, row.title) for row in datasets]  # type: ignore[attr-defined]
        self.fields["peer"].choices = [(str(row.pk), row.name) for row in cities]  # type: ignore[attr-defined]


@screen(*SIGHTED)
def explain(request: StaffRequest) -> HttpResponse:
    """Every step from trust to data with yes, no or unknown and what helps – now, for a day to come, or as it was."""
    datasets, cities = list(catalogue.visible_to(request.user)), list(peers.all_peers())
    form = Question(request.GET or None, datasets=datasets, cities=cities)
    context: dict[str, Any] = {"form": form, "asked": False}
    if form.is_valid():
        dataset = next(row for row in datasets if row.identifier == form.cleaned_data["dataset"])
        peer = next(row for row in cities if str(row.pk) == form.cleaned_data["peer"])
        context |= _answer(dataset, peer, form.cleaned_data["at"], clock.now())
    return page(request, "console/explain.html", context)


def _answer(dataset: Any, peer: Any, wanted: datetime | None, now: datetime) -> dict[str, Any]:
    """The steps, what they come to, which values the terms let out, and the pages that really left about then."""
    moment = wanted or now
    past, future = moment < now - NOWISH, moment > now + NOWISH
    reasons = (agreements.recall if past else agreements.explain)(dataset, peer, at=moment)
    agreement = agreements.agreement_at(dataset, peer, at=moment) if past else None
    refused = any(reason.ok is False for reason in reasons)
    return {
        "asked": True,
        "dataset": dataset,
        "peer": peer,
        "at": moment,
        "past": past,
        "future": future,
        "reasons": reasons,
        "refused": refused,
        "unsure": any(reason.ok is None for reason in reasons),
        "reach": None if past and refused else provider.reach(dataset, peer, at=moment),
        "pages": None if agreement is None else provider.around(agreement.uid, at=moment),
    }

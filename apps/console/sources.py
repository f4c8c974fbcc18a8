"""Sources: ways in from the field, their tokens shown once, and what nobody has mapped yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.types import Role
from apps.console import answers
from apps.console.gate import FORM, SIGHTED, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.core import clock
from apps.core.errors import NotFound, OwlError
from apps.sensors import selectors as sensors
from apps.sensors.types import ObservedPropertySpec
from apps.sources import selectors, services
from apps.sources.types import ConversionName, Format, NewStream, Transport

ACTING = (Role.STEWARD, Role.ADMINISTRATOR)


class Founding(forms.Form):
    """A new way in."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name"), max_length=40, help_text=gettext_lazy("Stands in the address of the source.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    format = forms.ChoiceField(label=gettext_lazy("What sends"), choices=Format.choices)
    transport = forms.ChoiceField(label=gettext_lazy("By which way"), choices=Transport.choices)


class Meaning(forms.Form):
    """What the value under a key is: an own datastream, or a new one."""

    datastream = forms.ChoiceField(label=gettext_lazy("Datastream"), required=False)
    name = forms.CharField(label=gettext_lazy("Name of the new datastream"), max_length=200, required=False)
    property = forms.CharField(label=gettext_lazy("What is measured"), max_length=200, required=False)
    unit_symbol = forms.CharField(label=gettext_lazy("Unit in which it is kept"), max_length=40, required=False)
    unit = forms.CharField(label=gettext_lazy("Unit as sent"), max_length=40, required=False)
    conversion = forms.ChoiceField(label=gettext_lazy("Conversion"), choices=ConversionName.choices)
    factor = forms.FloatField(label=gettext_lazy("Factor"), initial=1.0, required=False)
    offset = forms.FloatField(label=gettext_lazy("Offset"), initial=0.0, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(row.pk), f"{row.thing.name} – {row.name} ({row.unit_symbol})") for row in sensors.matching()[:500]]
        self.fields["datastream"].choices = [("", gettext_lazy("a new one, described below")), *rows]  # type: ignore[attr-defined]


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """Every source with its last day, and the sensors that are silent."""
    context = {
        "rows": selectors.sources_overview(at=clock.now()),
        "alarms": selectors.open_alarms()[:50],
        "may_act": bool(request.roles & set(ACTING)),
    }
    return page(request, "console/sources/index.html", context)


@screen(*ACTING, methods=FORM)
def create(request: StaffRequest) -> HttpResponse:
    """A new source; its token comes next."""
    form = Founding(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_source(**form.cleaned_data)
        except OwlError as error:
            form.add_error(error.part if error.part in form.fields else None, answers.sentence(error))
        else:
            messages.success(request, _("The source is there. It takes nothing until it has a token."))
            return redirect("console:source", slug=made.slug)
    return page(request, "console/sources/form.html", {"form": form, "heading": _("New source")})


@screen(*SIGHTED)
def detail(request: StaffRequest, slug: str) -> HttpResponse:
    """One source: its last day, tokens, devices, what nobody has mapped, and what is mapped."""
    source = selectors.source(slug)
    overview = next(row for row in selectors.sources_overview(at=clock.now()) if row.source.pk == source.pk)
    context = {
        "source": source,
        "overview": overview,
        "candidates": selectors.candidates(source)[:200],
        "mappings": selectors.mappings(source)[:500],
        "devices": selectors.devices(source)[:200],
        "may_act": bool(request.roles & set(ACTING)),
    }
    return page(request, "console/sources/detail.html", context)


@screen(*ACTING, methods=WRITE)
def token(request: StaffRequest, slug: str) -> HttpResponse:
    """A new token; its secret stands on the answer to this one press and nowhere else."""
    source = selectors.source(slug)
    _row, secret = services.issue_token(source=source)
    return page(request, "console/sources/token.html", {"source": source, "secret": secret})


@screen(*ACTING, methods=WRITE)
def revoke(request: StaffRequest, slug: str) -> HttpResponse:
    """End all tokens of a source."""
    ended = services.revoke_tokens(source=selectors.source(slug))
    messages.success(request, _("%d tokens no longer work.") % ended)
    return redirect("console:source", slug=slug)


@screen(*ACTING, methods=WRITE)
def switch(request: StaffRequest, slug: str) -> HttpResponse:
    """Switch a source on or off."""
    on = request.POST.get("enabled") == "yes"
    services.change_source(source=selectors.source(slug), enabled=on)
    messages.success(request, _("The source is on.") if on else _("The source is off: it takes nothing."))
    return redirect("console:source", slug=slug)


@screen(*ACTING, methods=FORM)
def meaning(request: StaffRequest, slug: str) -> HttpResponse:
    """Say what the value under a key means; what waits for it is taken in afterwards."""
    source = selectors.source(slug)
    device, key = request.GET.get("device", ""), request.GET.get("key", "")
    candidate = selectors.candidates(source).filter(device_key=device, payload_key=key).first()
    if candidate is None:
        raise NotFound(_("Nobody waits under this key."), part="key")
    form = Meaning(request.POST or None, initial={"unit": candidate.unit, "name": key, "conversion": "none"})
    if request.method == "POST" and form.is_valid():
        try:
            _map(source, device, key, form.cleaned_data)
        except OwlError as error:
            form.add_error(error.part if error.part in form.fields else None, answers.sentence(error))
        else:
            messages.success(request, _("Mapped. What waited for it is being taken in."))
            return redirect("console:source", slug=slug)
    context = {"form": form, "source": source, "candidate": candidate}
    return page(request, "console/sources/meaning.html", context)


@screen(*ACTING, methods=WRITE)
def ignore(request: StaffRequest, slug: str) -> HttpResponse:
    """Say that the value under a key is not wanted."""
    services.ignore_key(
        source=selectors.source(slug),
        device_key=request.POST.get("device", ""),
        payload_key=request.POST.get("key", ""),
        at=clock.now(),
    )
    messages.success(request, _("Not wanted: such values are counted and not kept."))
    return redirect("console:source", slug=slug)


def _map(source: Any, device: str, key: str, given: dict[str, Any]) -> None:
    new = None
    if not given["datastream"]:
        name = given["property"] or given["name"] or key
        new = NewStream(
            name=given["name"] or key,
            observed_property=ObservedPropertySpec(external_key=name.lower(), name=name),
            unit_symbol=given["unit_symbol"],
        )
    services.map_key(
        source=source,
        device_key=device,
        payload_key=key,
        datastream=int(given["datastream"]) if given["datastream"] else None,
        new=new,
        unit=given["unit"],
        conversion=given["conversion"],
        factor=1.0 if given["factor"] is None else given["factor"],
        offset=given["offset"] or 0.0,
        at=clock.now(),
    )

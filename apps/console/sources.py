"""Sources: ways in from the field, their tokens shown once, and what nobody has mapped yet."""

from __future__ import annotations

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
from apps.console.words import sending
from apps.core import clock
from apps.core.errors import OwlError
from apps.sources import selectors, services
from apps.sources.types import Format, Transport

ACTING = (Role.STEWARD, Role.ADMINISTRATOR)


class Founding(forms.Form):
    """A new way in."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name"), max_length=40, help_text=gettext_lazy("Stands in the address of the source.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    format = forms.ChoiceField(label=gettext_lazy("What sends"), choices=Format.choices)
    transport = forms.ChoiceField(
        label=gettext_lazy("By which way"),
        choices=[(way.value, way.label) for way in (Transport.WEBHOOK, Transport.MQTT)],
        required=False,
        help_text=gettext_lazy("Tables are uploaded by hand: for them this does not matter."),
    )


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
            made = services.create_source(**{key: value for key, value in form.cleaned_data.items() if value})
        except OwlError as error:
            answers.put(form, error)
        else:
            fed, uploaded = (
                _("The source is there. It takes nothing until it has a token."),
                _("The source is there. Now upload its first table."),
            )
            messages.success(request, fed if made.takes_tokens else uploaded)
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
        "uploads": selectors.table_uploads(source)[:20],
        "takes_tables": not source.takes_tokens,
        "titles": sending.titles(source.takes_tokens),
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

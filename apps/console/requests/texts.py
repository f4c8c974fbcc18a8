"""The desk's text templates: list, add, change, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.types import Role
from apps.console import answers
from apps.console.gate import FORM, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.core.errors import OwlError
from apps.desk import selectors, services
from apps.desk.services import Wording
from apps.desk.types import Law, TemplateUse

if TYPE_CHECKING:
    from apps.desk.models import TextTemplate

KEEPERS = (Role.DESK, Role.ADMINISTRATOR)
LONG = {"rows": "10"}


class TextForm(forms.Form):
    """One template in both languages."""

    use = forms.ChoiceField(label=gettext_lazy("Where it is offered"), choices=TemplateUse.choices)
    law = forms.ChoiceField(
        label=gettext_lazy("Law"), required=False, choices=[("", gettext_lazy("under either law")), *Law.choices]
    )
    title_de = forms.CharField(label=gettext_lazy("Title, German"), max_length=120)
    body_de = forms.CharField(label=gettext_lazy("Text, German"), max_length=10_000, widget=forms.Textarea(attrs=LONG))
    title_en = forms.CharField(label=gettext_lazy("Title, English"), max_length=120)
    body_en = forms.CharField(label=gettext_lazy("Text, English"), max_length=10_000, widget=forms.Textarea(attrs=LONG))


@screen(*KEEPERS)
def index(request: StaffRequest) -> HttpResponse:
    """All templates, by where they are offered."""
    return page(request, "console/requests/texts.html", {"rows": list(selectors.templates())})


@screen(*KEEPERS, methods=FORM)
def create(request: StaffRequest) -> HttpResponse:
    """A new template."""
    return _edit(request, None)


@screen(*KEEPERS, methods=FORM)
def change(request: StaffRequest, key: str) -> HttpResponse:
    """Another wording of a template."""
    return _edit(request, selectors.template(key))


@screen(*KEEPERS, methods=WRITE)
def remove(request: StaffRequest, key: str) -> HttpResponse:
    """Offer a template no longer."""
    services.remove_template(by=request.user, template=selectors.template(key))
    messages.success(request, _("The text is removed. Letters that were written from it stay as they are."))
    return redirect("console:texts")


def _edit(request: StaffRequest, row: TextTemplate | None) -> HttpResponse:
    form = TextForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        wording = Wording(**form.cleaned_data)
        try:
            if row is None:
                services.add_template(by=request.user, wording=wording)
            else:
                services.change_template(by=request.user, template=row, wording=wording)
        except OwlError as error:
            answers.put(form, error)
        else:
            messages.success(request, _("Kept. It is offered from now on."))
            return redirect("console:texts")
    context = {"form": form, "row": row, "placeholders": [f"{{{name}}}" for name in selectors.PLACEHOLDERS]}
    return page(request, "console/requests/text.html", context, status=400 if form.errors else 200)


def _initial(row: TextTemplate | None) -> dict[str, Any]:
    return {} if row is None else {name: getattr(row, name) for name in TextForm.base_fields}

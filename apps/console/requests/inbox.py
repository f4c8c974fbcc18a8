"""The inbox: what waits, the most urgent first, with lights and words."""

from __future__ import annotations

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.types import Role
from apps.console.gate import StaffRequest, screen
from apps.console.pages import page
from apps.desk import selectors
from apps.desk.selectors import InboxFilter
from apps.desk.states import Status
from apps.desk.types import Law

A_PAGE = 30


class FilterForm(forms.Form):
    """What to show; every field may stay empty."""

    words = forms.CharField(label=_("Number or words"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("all open")), *Status.choices])
    law = forms.ChoiceField(label=_("Law"), required=False, choices=[("", _("any")), *Law.choices])
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("all", _("all")), ("mine", _("mine")), ("nobody", _("nobody in charge yet"))],
    )
    soon = forms.BooleanField(label=_("only what is due soon or overdue"), required=False)
    closed = forms.BooleanField(label=_("closed ones, too"), required=False)


@screen(Role.DESK)
def inbox(request: StaffRequest) -> HttpResponse:
    """``GET /console/requests/``: filters in the address, since they name nobody."""
    form = FilterForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    chosen = InboxFilter(**{name: value for name, value in given.items() if value})
    shown = Paginator(selectors.inbox(request.user, chosen), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": shown,
        "rows": selectors.rows_of(list(shown)),
        "counts": selectors.counts(request.user),
    }
    return page(request, "console/requests/inbox.html", context)

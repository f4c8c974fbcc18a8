"""What the console says when the domain says no: calmly, with the part at fault and the way out; never a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.console.pages import page
from apps.core.errors import OwlError

if TYPE_CHECKING:
    from django.forms import Form

    from apps.console.gate import StaffRequest


def no_entry(request: StaffRequest) -> HttpResponse:
    """403: signed in, but without a role for this screen."""
    return page(
        request,
        "console/refused.html",
        {"heading": _("This screen is not for your role"), "message": _("An administrator gives roles.")},
        status=403,
    )


def answer(request: StaffRequest, error: OwlError) -> HttpResponse:
    """After a button: back where it was pressed, with a message. For a page: the same words on a page of their own."""
    if request.method == "POST":
        messages.error(request, sentence(error))
        return back(request)
    context = {"heading": _("That cannot be shown"), "message": error.message, "remedy": error.remedy or ""}
    return page(request, "console/refused.html", context, status=error.status)


def sentence(error: OwlError) -> str:
    """The error and its way out in one line."""
    return " ".join(part for part in (error.message, error.remedy) if part)


def put(form: Form, error: OwlError) -> None:
    """Show the error at the field that is at fault, or above the form."""
    form.add_error(error.part if error.part in form.fields else None, sentence(error))


def back(request: HttpRequest, otherwise: str = "/console/") -> HttpResponse:
    """To the page the form names (``next``), which must be one of ours, or else the one given."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return redirect(wanted if wanted.startswith("/") and own else otherwise)

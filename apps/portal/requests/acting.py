"""What a requester does on the status page: each is one form that is sent, one call, and back to the page."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.errors import NotFound, OwlError
from apps.desk import selectors, services
from apps.desk.types.submissions import Upload
from apps.portal.requests import following
from apps.portal.requests.forms import ReplyForm, WithdrawForm
from apps.portal.requests.privacy import private

if TYPE_CHECKING:
    from apps.desk.models import Request

P = ParamSpec("P")
Doing = Callable[Concatenate[HttpRequest, str, "Request", P], HttpResponse]


def act(view: Doing[P]) -> Callable[..., HttpResponseBase]:
    """A form of the status page: find the request by its link, do it, say what went wrong, come back."""

    @require_POST
    @private
    @functools.wraps(view)
    def done(request: HttpRequest, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        case = selectors.by_token(token, purpose="status")
        try:
            return view(request, token, case, *args, **kwargs)
        except NotFound:
            raise
        except OwlError as error:
            messages.error(request, " ".join(filter(None, (error.message, error.remedy))))
            return redirect("desk-status", token=token)

    return done


@act
def reply(request: HttpRequest, token: str, case: Request) -> HttpResponse:
    """A message, files, or both. A file that is not taken stops neither the message nor the other files."""
    form = ReplyForm(request.POST, auto_id="reply_%s")
    uploads = request.FILES.getlist("files")
    form.full_clean()
    body = form.cleaned_data.get("body", "").strip()
    if not body and not uploads:
        form.add_error("body", _("Please write a message or choose a file."))
    if form.errors:
        return following.page(request, token, case, reply=form, status=400)
    message = services.reply(case=case, body=body) if body else None
    for upload in uploads:
        try:
            given = Upload(name=upload.name or "", content=upload.read())
            services.attach_as_citizen(case=case, upload=given, message=message)
        except OwlError as error:
            messages.error(request, f"{upload.name}: {error.message} {error.remedy or ''}")
    messages.success(request, _("Thank you, your message has arrived.") if body else _("Thank you."))
    return redirect("desk-status", token=token)


@act
def fee(request: HttpRequest, token: str, case: Request) -> HttpResponse:
    """Agree to the estimated fee, or not."""
    services.answer_fee(case=case, agrees=request.POST.get("answer") == "yes")
    messages.success(request, _("Thank you, we have your answer."))
    return redirect("desk-status", token=token)


@act
def forwarding(request: HttpRequest, token: str, case: Request) -> HttpResponse:
    """Agree that another city gets the request – with or without the address – or not."""
    answer = request.POST.get("answer", "no")
    services.answer_forwarding(case=case, agrees=answer in {"yes", "direct"}, direct=answer == "direct")
    messages.success(request, _("Thank you, we have your answer."))
    return redirect("desk-status", token=token)


@act
def withdraw(request: HttpRequest, token: str, case: Request) -> HttpResponse:
    """Withdraw the request, if the box is ticked."""
    if not WithdrawForm(request.POST).is_valid():
        messages.error(request, _("Please tick the box if you really want to withdraw your request."))
        return redirect("desk-status", token=token)
    services.withdraw(case=case)
    messages.success(request, _("Your request is withdrawn."))
    return redirect("desk-status", token=token)


@act
def renew(request: HttpRequest, token: str, case: Request) -> HttpResponse:
    """A new link; the old ones are closed."""
    fresh = services.renew_link(case=case)
    messages.success(request, _("This is the page under its new link. The old one no longer works."))
    return redirect("desk-status", token=fresh)


@act
def remove_file(request: HttpRequest, token: str, case: Request, uid: uuid.UUID) -> HttpResponse:
    """Destroy a file of one's own."""
    found, _where = selectors.delivered_file(case, uid)
    services.remove_as_citizen(case=case, file=found)
    messages.success(request, _("The file is destroyed."))
    return redirect("desk-status", token=token)

"""Behind the secret link: how the request stands, and its files; and the link that confirms an address."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.desk import selectors, services
from apps.portal.requests.forms import ReplyForm, WithdrawForm
from apps.portal.requests.privacy import private

if TYPE_CHECKING:
    from apps.desk.models import Request


@require_safe
@private
def status(request: HttpRequest, token: str) -> HttpResponse:
    """``GET /anfragen/stand/<token>``: thread, deadline, files, decision and what can be done."""
    case = selectors.by_token(token, purpose="status")
    return page(request, token, case)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """``/anfragen/bestaetigen/<token>``: a button, since programs that check mails open links but press none."""
    case = selectors.by_token(token, purpose="confirm")
    done = request.method == "POST"
    if done:
        case = services.confirm(case=case)
    return render(
        request, "portal/requests/confirm.html", {"case": case, "done": done or case.email_confirmed_at is not None}
    )


@require_safe
@private
def file(request: HttpRequest, token: str, uid: uuid.UUID) -> HttpResponseBase:
    """``GET …/files/<uid>``: as a download, whatever it is."""
    case = selectors.by_token(token, purpose="status")
    found, path = selectors.delivered_file(case, uid)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def page(
    request: HttpRequest, token: str, case: Request, *, reply: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    """The status page, with what is wrong with a message that was just sent."""
    shown = selectors.status_page(case)
    context = {
        "page": shown,
        "case": case,
        "token": token,
        "reply": reply or ReplyForm(auto_id="reply_%s"),
        "withdraw": WithdrawForm(auto_id="withdraw_%s"),
        "deliveries": [(one, dataset_url(one.dataset_key)) for one in shown.deliveries],
    }
    return render(request, "portal/requests/status.html", context, status=status)


def dataset_url(key: str) -> str:
    """The page of a dataset, or nothing where there is none."""
    if not key:
        return ""
    try:
        return reverse("portal-dataset", kwargs={"key": key})
    except NoReverseMatch:
        return ""

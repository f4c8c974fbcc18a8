"""The form in four calm steps. Every step is a form that is sent; going back keeps what was written."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import languages
from apps.core.errors import Invalid, NotFound, Throttled
from apps.desk import services as desk
from apps.desk.types.submissions import Receipt, Submission
from apps.holdings import selectors as holdings
from apps.holdings.types import Holding
from apps.portal.requests import spam
from apps.portal.requests.drafts import Draft, opened
from apps.portal.requests.forms import STEPS, SendForm
from apps.portal.requests.privacy import REFERRER

LAST = len(STEPS)
PART_STEPS = {"subject": 1, "description": 1, "place": 2, "period": 2, "dataset_key": 2}


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """``?dataset=<key>`` fills in what is asked about; everything else is sent, never part of the address."""
    if request.method != "POST":
        return _show(request, 1, _begun(request))
    draft = opened(request.POST.get("draft", ""))
    step = _step(request)
    if draft is None:
        return _too_old(request, step)
    form = _form(step, draft, request.POST)
    if request.POST.get("go") == "back":
        return _show(request, max(1, step - 1), draft.with_values(_raw(form)))
    if not form.is_valid():
        return _show(request, step, draft.with_values(_raw(form)), form)
    draft = draft.with_values(form.cleaned_data)
    if step < LAST:
        return _show(request, step + 1, draft)
    return _send(request, draft, form)


def _send(request: HttpRequest, draft: Draft, form: forms.Form) -> HttpResponse:
    try:
        spam.check_rate(email=draft.values.get("email", ""), address=_line(request))
        receipt = desk.receive(submission=_submission(draft, form.cleaned_data["register_consent"]))
    except (Invalid, Throttled) as error:
        step = PART_STEPS.get(error.part or "", LAST if isinstance(error, Throttled) else 3)
        shown = form if step == LAST else _form(step, draft, draft.values)
        shown.add_error(
            error.part if error.part in shown.fields else None, " ".join(filter(None, (error.message, error.remedy)))
        )
        return _show(request, step, draft, shown, status=error.status)
    return _received(request, receipt)


def _received(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Number and link, shown this once; an answer to what was sent, so no address leads here again."""
    context = {"case": receipt.case, "token": receipt.token}
    response = render(request, "portal/requests/received.html", context)
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = REFERRER
    return response


def _show(
    request: HttpRequest, step: int, draft: Draft, form: forms.Form | None = None, *, status: int = 200
) -> HttpResponse:
    shown = form or _form(step, draft, None)
    context = {
        "form": shown,
        "step": step,
        "steps": _names(),
        "draft": draft.sealed(),
        "values": draft.values,
        "dataset": _dataset(draft.values.get("dataset_key", "")),
        "puzzle": spam.challenge() if step == LAST else None,
    }
    return render(request, "portal/requests/ask.html", context, status=status)


def _too_old(request: HttpRequest, step: int) -> HttpResponse:
    """The form lay open for more than a day, or was tampered with: what was written in this step is kept."""
    draft = Draft().with_values({name: value for name, value in request.POST.items() if isinstance(value, str)})
    form = _form(1, draft, draft.values)
    form.add_error(None, _("This form was open for too long. Please go through the steps once more."))
    return _show(request, 1, draft, form, status=400)


def _begun(request: HttpRequest) -> Draft:
    key = request.GET.get("dataset", "")
    found = _dataset(key)
    if found is None:
        return Draft()
    return Draft().with_values({"dataset_key": key, "subject": found.title(get_language())[:200]})


def _dataset(key: str) -> Holding | None:
    """The dataset asked about, if everybody may know of it."""
    if not key or len(key) > 300 or not key.isprintable():
        return None
    try:
        return holdings.holding(None, key)
    except NotFound:
        return None


def _form(step: int, draft: Draft, data: Any) -> forms.Form:
    kind = STEPS[step - 1]
    extra: dict[str, Any] = {"draft": draft} if kind is SendForm else {}
    return kind(data, initial=draft.values, **extra)


def _raw(form: forms.Form) -> dict[str, str]:
    """What was typed, checked or not: going back, or a mistake, loses nothing."""
    return {name: form.data[name] for name in form.fields if name in form.data}


def _step(request: HttpRequest) -> int:
    text = request.POST.get("step", "1")
    return min(LAST, int(text)) if text in {"1", "2", "3", "4"} else 1


def _names() -> list[str]:
    return [
        _("What do you need?"),
        _("For which place and time?"),
        _("How can we reach you?"),
        _("Check and send"),
    ]


def _submission(draft: Draft, register_consent: bool) -> Submission:
    values = {name: value for name, value in draft.values.items() if value}
    return Submission(
        **{"subject": "", "description": "", **values},
        language=languages.current(),
        register_consent=register_consent,
        key=uuid.UUID(draft.key),
    )


def _line(request: HttpRequest) -> str:
    """The network address behind the city's own proxies; used for counting within one hour, never stored."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies = settings.NODE.trusted_proxies
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR") or "")

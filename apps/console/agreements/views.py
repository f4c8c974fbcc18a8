"""The list of agreements, one agreement with its timeline, and its end with the consequences shown before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.types import Role
from apps.agreements import selectors, services
from apps.agreements.states import Role as Side
from apps.console import answers
from apps.console.gate import FORM, SIGHTED, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.consumer import selectors as consumer
from apps.core import clock, languages
from apps.core.errors import Conflict
from apps.policies import sentences
from apps.policies import terms as language
from apps.policies.errors import PolicyError
from apps.policies.sentences import Sentence
from apps.provider import selectors as provider
from apps.provider import services as provider_services

PER_PAGE = 25
VIEWS = ("given", "received", "ended")


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """What waits for a decision, what is being negotiated, and the agreements: given, received, ended."""
    view = request.GET.get("view", "given")
    rows = selectors.agreements(request.user)
    if view == "ended":
        rows = rows.exclude(state="active")
    else:
        rows = rows.filter(state="active", role=Side.CONSUMER if view == "received" else Side.PROVIDER)
    context = {
        "waiting": selectors.waiting_for(request.user),
        "negotiations": selectors.negotiations(request.user).exclude(state__in=("FINALIZED", "TERMINATED"))[:50],
        "hanging": selectors.hanging(request.user)[:20],
        "pager": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "view": view if view in VIEWS else "given",
        "may_ask": Role.OWNER in request.roles,
    }
    return page(request, "console/agreements/index.html", context)


@screen(*SIGHTED)
def detail(request: StaffRequest, key: int) -> HttpResponse:
    """One agreement: terms in plain words, what flowed, both sides' state, the timeline, and what can be done."""
    row = selectors.agreement(request.user, key)
    context = {
        "agreement": row,
        "gives": row.role == Side.PROVIDER,
        "sentences": said(row.terms),
        "transfer": selectors.transfer_of(row),
        "steps": selectors.timeline(row.negotiation) if row.negotiation else [],
        "hanging": selectors.hanging(request.user).filter(transfer__agreement=row),
        "owner": Role.OWNER in request.roles,
    }
    return page(request, "console/agreements/detail.html", context | _flow(row))


@screen(Role.OWNER, methods=FORM)
def withdraw(request: StaffRequest, key: int) -> HttpResponse:
    """First what it will do, then the button; afterwards the receipt is awaited on the agreement's page."""
    row = selectors.agreement(request.user, key)
    if row.role != Side.PROVIDER:
        raise Conflict(
            _("This city receives these data; only their owner can withdraw them."),
            part="agreement",
            remedy=_("It can be given up instead."),
        )
    if request.method == "POST":
        provider_services.withdraw(
            agreement_uid=row.uid, user=request.user, reason=request.POST.get("reason", "").strip()[:2000]
        )
        messages.success(request, _("Withdrawn. The next page is refused; the receipt of deletion is awaited."))
        return redirect("console:agreement", key=key)
    context = {
        "agreement": row,
        "given": provider.given(row.uid),
        "due_at": clock.now() + timedelta(days=settings.NODE.receipt_days),
        "terms": said(row.terms),
    }
    return page(request, "console/agreements/withdraw.html", context)


@screen(Role.OWNER, methods=FORM)
def give_up(request: StaffRequest, key: int) -> HttpResponse:
    """The other side's end: what this city received is deleted here."""
    row = selectors.agreement(request.user, key)
    if request.method == "POST":
        services.give_up(agreement=row, user=request.user, reason=request.POST.get("reason", "").strip()[:2000])
        messages.success(request, _("Given up. The replica is deleted, and the owner gets a receipt."))
        return redirect("console:agreement", key=key)
    context = {"agreement": row, "subscription": consumer.subscription_of(row.uid)}
    return page(request, "console/agreements/give_up.html", context)


@screen(Role.OWNER, methods=WRITE)
def renew(request: StaffRequest, key: int) -> HttpResponse:
    """Ask for the successor."""
    made = services.ask_for_renewal(agreement=selectors.agreement(request.user, key), user=request.user)
    messages.success(request, _("A new agreement is asked for; the old one runs on until then."))
    return redirect("console:negotiation", key=made.pk)


@screen(Role.OWNER, Role.ADMINISTRATOR, methods=WRITE)
def retry(request: StaffRequest, key: int) -> HttpResponse:
    """Send a message that hangs again now."""
    services.send_again(message_id=key, user=request.user)
    messages.success(request, _("The message is sent again now."))
    return answers.back(request, "/console/agreements/")


def said(mapping: Any) -> list[Sentence]:
    """Terms in plain words; empty where a newer node wrote what this one cannot read."""
    try:
        terms = language.parse(mapping)
    except PolicyError:
        return []
    return sentences.render(terms, languages.current())


def _flow(row: Any) -> dict[str, Any]:
    """What left under the agreement and how its end is proven; or what came in."""
    if row.role == Side.PROVIDER:
        return {"given": provider.given(row.uid), "withdrawal": provider.withdrawal_of(row.uid)}
    return {"subscription": consumer.subscription_of(row.uid)}

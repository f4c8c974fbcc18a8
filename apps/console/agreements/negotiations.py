"""Asking a peer for data in two clicks, and deciding what peers ask of us."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.types import Role
from apps.agreements import selectors, services
from apps.agreements.states import NEGOTIATION
from apps.console.agreements.views import said
from apps.console.gate import SIGHTED, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.core.errors import OwlError
from apps.peers import selectors as peers


@screen(*SIGHTED)
def negotiation(request: StaffRequest, key: int) -> HttpResponse:
    """One negotiation: what is asked under which terms, both sides' state, last error, timeline, the decision."""
    row = selectors.seen_negotiation(request.user, key)
    context = {
        "negotiation": row,
        "sentences": said(row.basis.terms_version.terms) if row.basis else [],
        "steps": selectors.timeline(row),
        "hanging": selectors.hanging(request.user).filter(negotiation=row),
        "mine": any(one.pk == row.pk for one in selectors.waiting_for(request.user)),
        "open": row.state not in NEGOTIATION.final,
        "owner": Role.OWNER in request.roles,
    }
    return page(request, "console/agreements/negotiation.html", context)


@screen(Role.OWNER, methods=WRITE)
def decide(request: StaffRequest, key: int) -> HttpResponse:
    """Yes or no to what waits; a no is given with its reason."""
    row = selectors.seen_negotiation(request.user, key)
    grant = request.POST.get("decision") == "grant"
    services.decide(
        negotiation=row, user=request.user, grant=grant, reason=request.POST.get("reason", "").strip()[:2000]
    )
    messages.success(request, _("Granted. The agreement is on its way.") if grant else _("Refused. They are told why."))
    return redirect("console:negotiation", key=key)


@screen(Role.OWNER, methods=WRITE)
def stop(request: StaffRequest, key: int) -> HttpResponse:
    """End a negotiation that is still open."""
    row = selectors.seen_negotiation(request.user, key)
    services.terminate_negotiation(
        negotiation=row, user=request.user, reason=request.POST.get("reason", "").strip()[:2000]
    )
    messages.success(request, _("The negotiation is ended; they are told."))
    return redirect("console:negotiation", key=key)


@screen(*SIGHTED)
def offers(request: StaffRequest) -> HttpResponse:
    """What one peer offers to us, asked of it just now."""
    trusted = list(peers.trusted())
    chosen = next((peer for peer in trusted if str(peer.pk) == request.GET.get("peer", "")), None)
    found, problem = [], ""
    if chosen is not None:
        try:
            found = services.remote_catalogue(peer=chosen)
        except OwlError as error:
            problem = f"{error.message} {error.remedy or ''}".strip()
    rows = [
        {
            "dataset": entry,
            "offers": [
                {"purposes": offer.terms.purposes, "sentences": said(offer.terms.to_mapping())}
                if offer.terms
                else {"problem": offer.problem}
                for offer in entry.offers
            ],
        }
        for entry in found
    ]
    context = {
        "peers": trusted,
        "chosen": chosen,
        "rows": rows,
        "problem": problem,
        "owner": Role.OWNER in request.roles,
    }
    return page(request, "console/agreements/offers.html", context)


@screen(Role.OWNER, methods=WRITE)
def ask(request: StaffRequest, key: int) -> HttpResponse:
    """Ask this peer for a dataset; the second click."""
    made = services.ask(
        peer=peers.shown(key),
        dataset_identifier=request.POST.get("dataset", "")[:300],
        purpose=request.POST.get("purpose", "").strip()[:255],
        user=request.user,
    )
    messages.success(request, _("Asked. Here you see how far it has come."))
    return redirect("console:negotiation", key=made.pk)

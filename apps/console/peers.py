"""Peers: the trust ceremony with fingerprint words, health, clock, versions, and what ends or interrupts trust."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.types import Role
from apps.agreements import selectors as agreements
from apps.console import answers
from apps.console.gate import FORM, SIGHTED, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.core import clock
from apps.core.errors import OwlError
from apps.peers import selectors, services


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """Every peer with its health, and who this node is to them."""
    moment = clock.now()
    rows = [{"peer": peer, "breaker": peer.breaker(moment)} for peer in selectors.with_watches()]
    context = {
        "rows": rows,
        "me": selectors.this_node(),
        "tolerance": selectors.CLOCK_TOLERANCE_S,
        "administrator": Role.ADMINISTRATOR in request.roles,
    }
    return page(request, "console/peers/index.html", context)


@screen(*SIGHTED)
def detail(request: StaffRequest, key: int) -> HttpResponse:
    """One peer: fingerprint words, who confirmed, keys, health, agreements."""
    peer = selectors.shown(key)
    confirmations = list(selectors.confirmations(peer))
    context = {
        "peer": peer,
        "breaker": peer.breaker(clock.now()),
        "watch": selectors.with_watches().get(pk=key),
        "words": services.fingerprint_of(peer).words if peer.fingerprint else (),
        "confirmations": confirmations,
        "confirmed_myself": any(one.user_id == request.user.pk for one in confirmations),
        "keys": selectors.keys_of(peer),
        "agreements": agreements.agreements(request.user).filter(peer=peer, state="active"),
        "tolerance": selectors.CLOCK_TOLERANCE_S,
        "administrator": Role.ADMINISTRATOR in request.roles,
    }
    return page(request, "console/peers/detail.html", context)


@screen(Role.ADMINISTRATOR, methods=FORM)
def propose(request: StaffRequest) -> HttpResponse:
    """The first step of the ceremony: fetch the document at an address and pin its keys."""
    given = {"base_url": request.POST.get("base_url", "").strip()[:255], "name": request.POST.get("name", "")[:120]}
    if request.method == "POST":
        try:
            made = services.propose_peer(user=request.user, base_url=given["base_url"], name=given["name"])
        except OwlError as error:
            messages.error(request, answers.sentence(error))
        else:
            messages.success(request, _("Its keys are fetched. Now compare the words by telephone."))
            return redirect("console:peer", key=made.pk)
    return page(request, "console/peers/propose.html", given)


@screen(Role.ADMINISTRATOR, methods=WRITE)
def confirm(request: StaffRequest, key: int) -> HttpResponse:
    """One administrator's word that the nine words are those the other city reads out."""
    said = " ".join(request.POST.get("words", "").split())
    peer = services.confirm_peer(peer=selectors.shown(key), fingerprint=said, user=request.user)
    if peer.is_trusted:
        messages.success(request, _("Both of you have confirmed: the peer is trusted."))
    else:
        messages.success(request, _("Noted. A second administrator must confirm, too."))
    return redirect("console:peer", key=key)


ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "suspend": (services.suspend, gettext_lazy("Suspended: no data flow either way until it is resumed.")),
    "remove": (services.remove, gettext_lazy("Removed. Its agreements end, and its copies are to be deleted.")),
    "distrust": (services.distrust, gettext_lazy("Its keys are revoked; the ceremony begins anew.")),
}


def _act(name: str) -> Callable[..., HttpResponse]:
    act, words = ACTS[name]

    def press(request: StaffRequest, key: int) -> HttpResponse:
        act(peer=selectors.shown(key), reason=request.POST.get("reason", ""), user=request.user)
        messages.success(request, words)
        return redirect("console:peer", key=key)

    press.__doc__ = f"The button “{name}”, with its reason."
    return screen(Role.ADMINISTRATOR, methods=WRITE)(press)


suspend = _act("suspend")
remove = _act("remove")
distrust = _act("distrust")


@screen(Role.ADMINISTRATOR, methods=WRITE)
def resume(request: StaffRequest, key: int) -> HttpResponse:
    """Take up exchange again, on the pinned keys."""
    services.resume(peer=selectors.shown(key), user=request.user)
    messages.success(request, _("Resumed: data flow again."))
    return redirect("console:peer", key=key)

"""The sharing register: where the city's data went, and whose data it has."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.holdings import selectors as holdings
from apps.portal.frames import page

PER_PAGE: Final = 50
KINDS: Final = ("given", "received")


@page("register")
def register(request: HttpRequest) -> HttpResponse:
    """Every agreement, the latest first; ``kind`` given or received, ``city`` a partner's name."""
    entries = holdings.register()
    kind, city = request.GET.get("kind", ""), request.GET.get("city", "")
    chosen = [
        one
        for one in entries
        if (kind not in KINDS or one.given == (kind == "given")) and (not city or one.partner == city)
    ]
    given = [one for one in entries if one.given]
    context = {
        "page": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "city": city,
        "cities": sorted({one.partner for one in entries}),
        "active": sum(one.state == "active" for one in given),
        "ended": sum(one.state != "active" for one in given),
        "proven": sum(bool(one.receipt_verified) for one in given),
        "rows": sum(one.rows for one in given),
        "total": len(entries),
    }
    return render(request, "portal/register.html", context)

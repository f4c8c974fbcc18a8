"""Sensors to touch: a page for the town hall's courtyard that is always of this moment."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.holdings.types import Exhibited, Latest
from apps.portal import live, pins
from apps.portal.frames import page


@dataclass(frozen=True, slots=True)
class Board:
    """One sensor on the page."""

    exhibit: Exhibited
    latest: Latest | None

    @property
    def value(self) -> str:
        """The number as the language writes it; a dash for none."""
        return "–" if self.latest is None or self.latest.result is None else pins.written(self.latest.result)


@page("lab")
def lab(request: HttpRequest) -> HttpResponse:
    """Each chosen sensor: what it says now, what it measures, what is kept, who gets it and for how long."""
    boards = [Board(*pair) for pair in live.read()]
    return render(request, "portal/lab.html", {"boards": boards, "still": bool(request.GET.get("still"))})


@require_safe
def now(request: HttpRequest) -> HttpResponse:
    """The latest values as JSON, 304 while nothing changed (RFC 9110, section 13.1.2)."""
    found = live.answer()
    if request.headers.get("If-None-Match") == found.etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(found.body, content_type="application/json")
    answer["ETag"] = found.etag
    answer["Cache-Control"] = "no-cache"
    return answer

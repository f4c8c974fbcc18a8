"""Imprint, privacy, accessibility."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.portal import links
from apps.portal.frames import page


@page("notes")
def imprint(request: HttpRequest) -> HttpResponse:
    """Who answers for the website."""
    parts = [part.strip() for part in settings.NODE.responsible.split(",") if part.strip()]
    return render(request, "portal/imprint.html", {"parts": parts})


@page("notes")
def privacy(request: HttpRequest) -> HttpResponse:
    """What is and is not known about readers."""
    return render(request, "portal/privacy.html")


@page("notes")
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible the pages are, and how to report a barrier."""
    return render(request, "portal/accessibility.html", {"ask_url": links.address("desk-request")})

"""The few pages of signing in that are not allauth's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
def unknown(request: HttpRequest) -> HttpResponse:
    """The identity provider knows this person, this node does not."""
    return render(request, "account/unknown.html", status=403)


def locked_out(request: HttpRequest, original: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """Too many failed attempts from this device or address; the same words whether or not the name exists."""
    return render(request, "account/locked_out.html", status=429)

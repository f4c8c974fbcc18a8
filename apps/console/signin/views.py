"""The few pages of signing in that are not allauth's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
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


def with_provider(view: Callable[..., Any]) -> Callable[..., Any]:
    """The sign-in page may send its form on to the city's identity provider, and to nobody else."""
    issuer = urlsplit(settings.NODE.oidc_issuer)
    if not issuer.netloc:
        return view
    allowed: Callable[..., Any] = csp_update({"form-action": [f"{issuer.scheme}://{issuer.netloc}"]})(view)
    return allowed

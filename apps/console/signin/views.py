"""The few pages of signing in that are not allauth's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.providers.base.constants import AuthProcess
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from requests import RequestException

log = logging.getLogger(__name__)


@never_cache
def unknown(request: HttpRequest) -> HttpResponse:
    """The identity provider knows this person, this node does not."""
    return render(request, "account/unknown.html", status=403)


def locked_out(request: HttpRequest, original: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """Too many failed attempts from this device or address; the same words whether or not the name exists."""
    return render(request, "account/locked_out.html", status=429)


def with_provider(view: Callable[..., Any]) -> Callable[..., Any]:
    """The sign-in page may send its form on to the city's identity provider, and to nobody else."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        issuer = urlsplit(settings.NODE.oidc_issuer)
        if not issuer.netloc:
            return view(request, *args, **kwargs)
        return csp_update({"form-action": [f"{issuer.scheme}://{issuer.netloc}"]})(view)(request, *args, **kwargs)

    return allowed


def by_provider(view: Callable[..., Any]) -> Callable[..., Any]:
    """The way to the city's identity provider and back. One that cannot be reached, or answers anything but OpenID
    Connect, becomes a page with the other ways in; its name and what it did wrong stand in the log."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.GET.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
            raise Http404  # allauth could also tie a provider's account to whoever is signed in
        try:
            return view(request, *args, **kwargs)
        except (RequestException, KeyError, TypeError, ValueError):
            log.exception("the identity provider %s is not reachable or not understood", settings.NODE.oidc_issuer)
            return render(request, "socialaccount/authentication_error.html", {"away": True}, status=502)

    return guarded

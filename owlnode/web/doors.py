"""A short way in for machines: devices and programs that show a token need nothing of what a page needs.

Sessions, languages, messages, forgery tokens and sign-in cost three times what the answer to a single reading costs.
Whoever sends no cookie to a machine's address has no session, so nothing of this can mean anything there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponseBase]

MACHINES: Final = ("/sta/v1.1", "/ingest/v1/", "/peering/v1/")
"""Addresses that answer with data only, never with a page."""


def is_for_machines(request: HttpRequest) -> bool:
    """Whether this address answers machines, with data only."""
    return request.path_info.startswith(MACHINES)


_innermost: list[Answer] = []


class InnermostMiddleware:
    """The last in ``MIDDLEWARE``: shows the door where the way ends. Django builds the chain from its inner end."""

    def __init__(self, get_response: Answer) -> None:
        _innermost[:] = [get_response]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)


class MachineDoorMiddleware:
    """Leads a machine's request without cookies past everything between this and ``InnermostMiddleware``.

    The host is checked as ever; the language is the one asked for, else the node's. Everybody else takes the long way.
    """

    def __init__(self, get_response: Answer) -> None:
        self.long_way = get_response
        (self.short_way,) = _innermost

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.META.get("HTTP_COOKIE") or not is_for_machines(request):
            return self.long_way(request)
        request.get_host()  # raises DisallowedHost, which becomes 400
        request.user = AnonymousUser()
        # Forging means to use somebody's cookie; there is none.
        request.csrf_processing_done = True  # type: ignore[attr-defined]
        asked = "HTTP_ACCEPT_LANGUAGE" in request.META
        translation.activate(translation.get_language_from_request(request) if asked else settings.LANGUAGE_CODE)
        response = self.short_way(request)
        if not response.streaming and not response.has_header("Content-Length"):
            response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        return response

"""Error pages in the layout of all others; a page that cannot even be rendered falls back to plain words.

At a machine's address the same is said in JSON.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from apps.core.logs import request_id
from owlnode.web.doors import is_for_machines

MEANINGS = {
    400: ("bad-request", "This request cannot be understood."),
    403: ("forbidden", "This is not allowed."),
    404: ("not-found", "There is nothing at this address."),
    500: ("failed", "This failed here; the number of the request stands in the log of the node."),
}
log = logging.getLogger(__name__)
LAST_WORDS = (
    "<!doctype html><html lang='de'><title>Störung</title><h1>Störung</h1>"
    "<p>Diese Seite kann gerade nicht angezeigt werden. Bitte versuchen Sie es später noch einmal.</p>"
    "<p lang='en'>This page cannot be shown right now. Please try again later.</p></html>"
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was sent without its protection against forgery (``CSRF_FAILURE_VIEW``)."""
    return _page(request, 403, forged=True)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500, with the number under which the fault stands in the logs."""
    return _page(request, 500)


def _page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    if is_for_machines(request):
        kind, message = MEANINGS[status]
        return JsonResponse({"code": status, "type": kind, "message": message}, status=status)
    try:
        return render(
            request, "web/error.html", {"status": status, "number": request_id.get(), **context}, status=status
        )
    except Exception:  # whatever broke the page may break this one, too
        log.exception("the error page could not be rendered")
        return HttpResponse(LAST_WORDS, status=status)

"""Headers that every page gets beside the content security policy."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from owlnode.web import policy


class PageHeadersMiddleware:
    """Switches off what no page of ours needs; says that pages depend on the chosen language and colours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.setdefault("Permissions-Policy", policy.PERMISSIONS)
            patch_vary_headers(response, ["Cookie"])
        return response

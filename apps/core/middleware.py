"""Gives every request an id that logs and the answer carry."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core import logs

_ACCEPTABLE = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_id(given: str) -> str:
    """The id a request goes by: the one it was given, if well-formed, else a new one."""
    return given if _ACCEPTABLE.fullmatch(given) else os.urandom(16).hex()


class RequestIdMiddleware:
    """Takes a well-formed ``X-Request-Id`` over, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = logs.request_id.set(request_id(request.headers.get("X-Request-Id", "")))
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = logs.request_id.get()
            return response
        finally:
            logs.request_id.reset(token)

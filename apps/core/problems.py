"""Errors as HTTP answers: RFC 9457 problem details, the same on every edge."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from apps.core.errors import OwlError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
log = logging.getLogger(__name__)


def problem(error: OwlError) -> JsonResponse:
    """RFC 9457 section 3: ``title, status, code, detail`` and, where known, ``part`` and ``remedy``."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": error.code.replace("-", " "),
        "status": error.status,
        "code": error.code,
        "detail": error.message,
    }
    body |= {key: value for key, value in (("part", error.part), ("remedy", error.remedy)) if value}
    return JsonResponse(body, status=error.status, content_type="application/problem+json")


def handles_errors(view: View[P]) -> View[P]:
    """Turn an OwlError raised by a view into a problem answer; anything else stays a bug."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except OwlError as error:
            log.info("request refused", extra={"code": error.code, "status": error.status, "part": error.part})
            return problem(error)

    return wrapped

"""Errors as SensorThings clients read them: JSON with ``code``, ``type`` and a ``message`` naming the part at fault."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.core.errors import Invalid, OwlError, Unavailable

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
JSON = "application/json;charset=UTF-8"
log = logging.getLogger(__name__)


class BadQuery(Invalid):
    """A query option cannot be understood or asks for the impossible; ``part`` quotes the place."""

    default_code = "bad-query"


class TooCostly(Invalid):
    """A query is deeper, longer or larger than this node answers; asking for less helps."""

    default_code = "too-costly"


class TookTooLong(Unavailable):
    """The database gave up after the time allowed for one query."""

    default_code = "took-too-long"


def document(error: OwlError) -> dict[str, object]:
    """``code`` (the HTTP status), ``type`` (a stable word), ``message``, and where known ``part`` and ``remedy``."""
    sentence = error.message if error.part is None else f"{error.message} (at: {error.part})"
    body: dict[str, object] = {"code": error.status, "type": error.code, "message": sentence}
    return body | {key: value for key, value in (("part", error.part), ("remedy", error.remedy)) if value}


def answer(error: OwlError) -> HttpResponse:
    """The error as an HTTP answer; a 401 says by which scheme to come back (RFC 9110, section 15.5.2)."""
    body = orjson.dumps(document(error), option=orjson.OPT_NON_STR_KEYS)
    response = HttpResponse(body, status=error.status, content_type=JSON)
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="SensorThings"'
    if error.status == 503:
        response["Retry-After"] = "30"
    return response


def handles_errors(view: View[P]) -> View[P]:
    """The one exception handler of this edge; what is no OwlError stays a bug."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except OwlError as error:
            log.info("request refused", extra={"code": error.code, "status": error.status})
            return answer(error)

    return wrapped

"""What all answers have in common: JSON without detours, errors as problem details, headers for caches and browsers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response

from apps.core.errors import Invalid, NotFound, NotPermitted, OwlError
from apps.core.problems import problem

OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_UTC_Z
PUBLIC_FOR_S = 30
ALLOWED = "GET, HEAD, OPTIONS"


class JsonRenderer(BaseRenderer):
    """Plain values, numpy arrays, datetimes as RFC 3339 in UTC; NaN becomes null."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The bytes of the answer."""
        return dumps(data)


def dumps(data: Any) -> bytes:
    """JSON as every answer of this edge writes it."""
    return orjson.dumps(data, option=OPTIONS, default=str)


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler: RFC 9457 problem details; None for what is a bug."""
    told = _told(error)
    if told is None:
        return None
    response = problem(told)
    for name, value in _headers(error, told).items():
        response[name] = value
    return response


def _told(error: Exception) -> OwlError | None:
    if isinstance(error, OwlError):
        return error
    if isinstance(error, Http404):
        return NotFound(_("There is nothing here."))
    if isinstance(error, PermissionDenied):
        return NotPermitted(_("This is not yours to see."))
    if isinstance(error, exceptions.APIException):
        told = Invalid(str(error.detail), code=str(error.default_code).replace("_", "-"))
        told.status = error.status_code
        return told
    return None


def _headers(error: Exception, told: OwlError) -> dict[str, str]:
    headers = {"Allow": ALLOWED} if told.status == 405 else {}
    if told.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if told.status == 429:
        headers["Retry-After"] = "60"
    return headers


def open_to_browsers(response: HttpResponseBase) -> None:
    """Let pages of others read this (Fetch Standard, CORS protocol): without cookies, so only what a token opens."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = ALLOWED
    response["Access-Control-Allow-Headers"] = "Authorization, If-None-Match"
    response["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After, X-Estimated-Bytes, X-Estimated-Rows"
    response["Access-Control-Max-Age"] = "86400"


def cached(response: HttpResponseBase, *, known: bool) -> None:
    """Who may keep the answer, and how long: what is for one reader nobody else."""
    if "Cache-Control" not in response:
        response["Cache-Control"] = "private, no-store" if known else f"public, max-age={PUBLIC_FOR_S}"
    patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])


def conditional(request: HttpRequest, response: Response | HttpResponse) -> HttpResponseBase:
    """Name this answer's content, and send it only if the caller does not have it (RFC 9110, section 13.1.2)."""
    if response.status_code != 200:
        return response
    etag = f'W/"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def unknown_format() -> Invalid:
    """A format of the OpenAPI document that there is not."""
    return Invalid(_("There is no such format."), part="format", remedy="json, yaml")

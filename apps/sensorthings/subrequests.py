"""A request inside a batch: as if it had come by itself, by the same person, over the same connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase

from apps.core.errors import Invalid
from apps.sensorthings.reading.landing import ROOT

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_PASSED = {"content-type": "CONTENT_TYPE", "prefer": "HTTP_PREFER", "accept": "HTTP_ACCEPT"}
MAX_URL = 8000


class SubRequest(HttpRequest):
    """``atomic``: part of a group that is carried out wholly or not at all, within a transaction under way."""

    atomic = False
    rest = ""


def make(
    parent: HttpRequest, *, method: str, url: str, body: bytes, headers: Mapping[str, str], atomic: bool
) -> SubRequest:
    """The request for a path relative to the API's root (or absolute), with the parent's credentials.

    Raises Invalid for another method or a batch within a batch.
    """
    if method.upper() not in METHODS:
        raise Invalid(f"A batch can hold {', '.join(METHODS)}.", part="method")
    parts = _split(url)
    sub = SubRequest()
    sub.method = method.upper()
    sub.rest = unquote(parts.path.split(ROOT, 1)[-1])
    if sub.rest.strip("/").startswith("$batch"):
        raise Invalid("A batch cannot hold a batch.", part="url")
    sub.path = sub.path_info = f"{ROOT}/{sub.rest.lstrip('/')}"
    kept = {name: value for name, value in parent.META.items() if name not in ("CONTENT_LENGTH", "QUERY_STRING")}
    kept |= {_PASSED[name.lower()]: value for name, value in headers.items() if name.lower() in _PASSED}
    sub.META = kept | {"REQUEST_METHOD": sub.method, "PATH_INFO": sub.path, "QUERY_STRING": parts.query}
    sub.META["CONTENT_TYPE"] = kept["CONTENT_TYPE"] if "content-type" in map(str.lower, headers) else "application/json"
    sub.GET = QueryDict(parts.query)
    sub.COOKIES = parent.COOKIES
    sub.user = parent.user
    if hasattr(parent, "session"):  # a machine that shows a token has none
        sub.session = parent.session
    sub.atomic = atomic
    sub._body = body
    return sub


def content(response: HttpResponseBase) -> bytes:
    """The whole body of an answer, also of one that streams."""
    if isinstance(response, StreamingHttpResponse):
        return b"".join(cast("map[bytes]", response.streaming_content))
    return bytes(getattr(response, "content", b""))


def _split(url: str) -> Any:
    if len(url) > MAX_URL:
        raise Invalid(f"A url has at most {MAX_URL} characters.", part="url")
    try:
        return urlsplit(url)
    except ValueError as problem:
        raise Invalid("This url cannot be understood.", part="url") from problem

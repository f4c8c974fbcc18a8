"""One exchange with a peer: prove who asks, parse, one domain call, a signed answer; errors in the protocol's words."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from apps.core.errors import Invalid, OwlError, TooLarge
from apps.dataspace.answers import Family, error_document, status_of
from apps.peers import services as peers
from apps.wire.dsp import document

JSON = "application/json"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """What a peer asks: its process id from the path if there is one, the message if there is one."""

    peer: Any
    pid: str
    document: dict[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What this node answers."""

    document: dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Work = Callable[[Call], Reply]
View = Callable[..., HttpResponse]


def endpoint(family: Family, *, get: Work | None = None, post: Work | None = None) -> View:
    """A view that takes signed GET and POST requests, as far as there is work for them; 405 for anything else."""
    works = {"GET": get, "POST": post}

    @csrf_exempt
    def view(request: HttpRequest, pid: str = "") -> HttpResponse:
        work = works.get(request.method or "")
        if work is None:
            return HttpResponse(status=405, headers={"Allow": ", ".join(name for name in works if works[name])})
        return _exchange(request, family, work, pid)

    return view


def _exchange(request: HttpRequest, family: Family, work: Work, pid: str) -> HttpResponse:
    told: dict[str, Any] = {}
    peer = None
    try:
        peer = _who(request)
        told = document.load(request.body) if request.method == "POST" else {}
        reply = work(Call(peer=peer, pid=pid, document=told, query=request.GET.dict()))
    except OwlError as error:
        log.info("dataspace request refused", extra={"code": error.code, "part": error.part, "path": request.path})
        body = error_document(family, error, document=told, pid=pid or None)
        reply = Reply(body, status_of(error))
    return _answer(request, reply, signed=peer is not None)


def _who(request: HttpRequest) -> Any:
    if int(request.META.get("CONTENT_LENGTH") or 0) > document.MAX_BYTES:
        raise TooLarge(f"A message has at most {document.MAX_BYTES} bytes.", part="body")
    return peers.authenticate(
        method=request.method or "", target=request.get_full_path(), headers=request.headers, body=request.body
    )


def _answer(request: HttpRequest, reply: Reply, *, signed: bool) -> HttpResponse:
    body = json.dumps(reply.document, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(body, status=reply.status, content_type=JSON, headers=dict(reply.headers))
    if signed:
        sign(request, response, body)
    return response


def sign(request: HttpRequest, response: HttpResponse, body: bytes) -> None:
    """Add the fields that prove that this node answered this very request."""
    fields = peers.sign_answer(
        method=request.method or "",
        target=request.get_full_path(),
        request_headers=request.headers,
        status=response.status_code,
        headers=response.headers,
        body=body,
        request_body=request.body,
    )
    for name, value in fields.items():
        response[name] = value


def required(value: str | None, part: str) -> str:
    """A value that must be there. Raises Invalid."""
    if not value:
        raise Invalid(f"{part} is missing.", part=part)
    return value

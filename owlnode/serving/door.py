"""The door of a web process: single observations of devices are answered in the loop, all else in threads.

A view costs a thread, Django's way in and out and a wait for its turn: more than the observation. Whatever is not
plainly a single observation of a program with a token, or does not end in 201, takes the long way all the same, so that
every answer but this one is made in one place.
"""

from __future__ import annotations

import functools
import io
import logging
from typing import Final

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware

from apps.core import logs
from apps.core.middleware import request_id
from apps.sensorthings.errors import JSON
from apps.sensorthings.reading.landing import ROOT
from apps.sensorthings.writing.arriving import arrive
from owlnode.serving import bodies
from owlnode.serving.bodies import Beginning, BrokenOff
from owlnode.serving.threads import Threads
from owlnode.serving.types import Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]
ENDING: Final = "/Observations"
log = logging.getLogger(__name__)


class Door:
    """The ASGI application of a node; ``threads`` answer what it does not."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. A client that goes away in the middle of its body gets none."""
        if scope["type"] != "http":
            raise ValueError(f"this node speaks HTTP, not {scope['type']}")
        try:
            beginning = await bodies.gather(scope, receive)
        except BrokenOff as problem:
            log.info("request broke off: %s", problem)
            return
        if not (_is_single(scope) and beginning.whole and await _answered(scope, beginning, send)):
            await self._threads.answer(scope, beginning, receive, send)


def _is_single(scope: Scope) -> bool:
    path: str = scope["path"]
    return (
        scope["method"] == "POST"
        and path.startswith(f"{ROOT}/")
        and path.endswith(ENDING)
        and not scope["query_string"]
    )


async def _answered(scope: Scope, beginning: Beginning, send: Send) -> bool:
    """Whether the request was one for the loop, and has been answered."""
    headers = dict(scope["headers"])
    # A header that came twice is for Django to make sense of.
    odd = b"cookie" in headers or len(headers) < len(scope["headers"])
    if odd or b"authorization" not in headers or b"host" not in headers:
        return False
    usual = _usual(scope["scheme"], headers[b"host"], headers.get(b"x-forwarded-proto", b""))
    if usual is None:
        return False
    identity = request_id(headers.get(b"x-request-id", b"").decode("latin-1"))
    token = logs.request_id.set(identity)
    try:
        address = await arrive(scope["path"][len(ROOT) :], headers[b"authorization"].decode("latin-1"), beginning.data)
    finally:
        logs.request_id.reset(token)
    if address is None:
        return False
    own = ((b"location", address.encode()), (b"x-request-id", identity.encode()))
    await send({"type": "http.response.start", "status": 201, "headers": [*usual, *own]})
    await send({"type": "http.response.body", "body": b""})
    return True


@functools.lru_cache(maxsize=64)
def _usual(scheme: str, host: bytes, forwarded: bytes) -> Headers | None:
    """The headers of every answer 201 to requests that came like this; None where the long way would not let them in.

    Django's own middleware says so, once for each such way: the host must be one of ours, and TLS may be asked for.
    """
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"{ROOT}{ENDING}",
        "HTTP_HOST": host.decode("latin-1"),
        "HTTP_X_FORWARDED_PROTO": forwarded.decode("latin-1"),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(),
    }
    request = WSGIRequest(environ)
    security = SecurityMiddleware(lambda _request: HttpResponse(status=201, content_type=JSON))
    try:
        request.get_host()
    except DisallowedHost:
        return None
    response = security(request)
    if not isinstance(response, HttpResponse) or response.status_code != 201:
        return None
    response["Content-Length"] = "0"
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items())

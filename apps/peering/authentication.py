"""From a Django request to the peer that signed it, and from a Django answer to a signed one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from apps.core.errors import OwlError, TooLarge
from apps.core.problems import handles_errors, problem
from apps.peers import services as peers

if TYPE_CHECKING:
    from apps.peers.models import Peer

P = ParamSpec("P")
PeerView = Callable[Concatenate[HttpRequest, "Peer", P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

MAX_BODY_BYTES = 8 * 1024 * 1024


def from_peers(view: PeerView[P]) -> View[P]:
    """Make a view that only trusted peers reach: the peer is its second argument, and its answer is signed.

    Errors become problem answers (RFC 9457). Only those that arise before the peer is known are not signed. Nothing
    here rests on a session or a cookie, so there is no CSRF to guard against.
    """

    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            peer = authenticate(request)
        except OwlError as error:
            return problem(error)
        return sign(request, handles_errors(functools.partial(_call, view, peer))(request, *args, **kwargs))

    return csrf_exempt(functools.wraps(view)(answer))


def authenticate(request: HttpRequest) -> Peer:
    """The trusted peer that signed this request. Raises TooLarge, and what ``peers.services.authenticate`` raises."""
    length = str(request.META.get("CONTENT_LENGTH") or 0)
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        raise TooLarge(_("A message has at most %(most)d bytes.") % {"most": MAX_BODY_BYTES}, part="body")
    return peers.authenticate(
        method=request.method or "", target=request.get_full_path(), headers=request.headers, body=request.body
    )


def sign(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The same answer with Content-Digest, Signature-Input and Signature, bound to this request."""
    if not isinstance(response, HttpResponse):
        return response
    fields = peers.sign_answer(
        method=request.method or "",
        target=request.get_full_path(),
        request_headers=request.headers,
        request_body=request.body,
        status=response.status_code,
        headers=response.headers,
        body=response.content,
    )
    for name, value in fields.items():
        response[name] = value
    return response


def _call(
    view: Callable[..., HttpResponse], peer: Peer, request: HttpRequest, *args: object, **kwargs: object
) -> HttpResponse:
    return view(request, peer, *args, **kwargs)

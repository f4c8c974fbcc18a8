"""``POST /ingest/v1/readings``: batches of readings from gateways. docs/intake.md is its contract."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.accounts import services as accounts
from apps.core import clock
from apps.core.errors import Invalid, Unauthenticated
from apps.core.problems import handles_errors
from apps.ingest import bodies, envelope, intake, throttle

BEARER = re.compile(r"bearer +(owl_\S{1,200}) *", re.IGNORECASE | re.ASCII)
SCOPE = "ingest:write"


def _challenged(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Tell an unknown caller how to prove who it is (RFC 9110, section 11.6.1)."""

    def wrapped(request: HttpRequest) -> HttpResponseBase:
        response = view(request)
        if response.status_code == Unauthenticated.status:
            response.headers["WWW-Authenticate"] = 'Bearer realm="owl"'
        return response

    return wrapped


@csrf_exempt
@require_POST
@_challenged
@handles_errors
def readings(request: HttpRequest) -> HttpResponseBase:
    """Take a batch: 200 with counts and the errors of single rows; problem details when nothing could be read."""
    at = clock.now()
    match = BEARER.fullmatch(request.headers.get("Authorization", ""))
    if match is None:
        raise Unauthenticated(_("Send the gateway's token as “Authorization: Bearer owl_…”."), part="Authorization")
    token = accounts.authenticate_token(secret=match[1], scope=SCOPE, at=at)
    throttle.check(token_prefix=token.prefix, at=at)
    batch = envelope.parse(bodies.read(request))
    gateway = intake.Gateway(name=token.prefix, scopes=tuple(token.scopes))
    outcome = intake.take(gateway=gateway, rows=batch.rows, client_key=_client_key(request, batch.client_key), at=at)
    return JsonResponse(outcome.as_dict())


def _client_key(request: HttpRequest, named: str) -> str:
    header = envelope.client_key(request.headers.get("Idempotency-Key"))
    if header and named and header != named:
        raise Invalid(_("Idempotency-Key and client_key differ."), part="client_key")
    return header or named

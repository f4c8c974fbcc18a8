"""``GET /.well-known/did.json``: this node's public keys and addresses (did:web), for anybody."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.core.problems import handles_errors
from apps.peers import selectors as peers

MAX_AGE_SECONDS = 60


@require_safe
@handles_errors
def did_document(request: HttpRequest) -> HttpResponseBase:
    """The current keys and those of an overlap. Not signed: it is what signatures are checked with."""
    response = JsonResponse(peers.document(), content_type="application/did+json")
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response

"""``POST /ingest/v1/sources/<slug>``: what network servers and kits send by webhook. docs/intake.md is its contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.core import clock
from apps.core.errors import Invalid, OwlError, Unauthenticated
from apps.core.problems import handles_errors
from apps.ingest import bodies, credentials, throttle
from apps.ingest.payloads import documents, reading
from apps.ingest.payloads.context import Context
from apps.sources import services as sources
from apps.sources import types as source_types

OK, KEPT = 200, 202
NOT_KEPT = frozenset({"simulated-uplink"})
"""Reasons for which a message is refused and not kept either."""
View = Callable[..., HttpResponseBase]


def _challenged(view: View) -> View:
    """Tell an unknown caller how to prove who it is (RFC 9110, section 11.6.1)."""

    def wrapped(request: HttpRequest, slug: str, rest: str = "") -> HttpResponseBase:
        response = view(request, slug, rest)
        if response.status_code == Unauthenticated.status:
            response.headers["WWW-Authenticate"] = credentials.CHALLENGE
        return response

    return wrapped


@csrf_exempt
@require_POST
@_challenged
@handles_errors
def messages(request: HttpRequest, slug: str, rest: str = "") -> HttpResponseBase:
    """Take one message: 200 with its account, 202 when nothing of it could be stored yet; else problem details."""
    at = clock.now()
    source = sources.authenticate(slug=slug, secret=credentials.secret_of(request), at=at)
    throttle.check(token_prefix=source.batch_source, at=at, limit=throttle.SOURCE_CALLS)
    body = b""
    try:
        body = bodies.read(request, dialects=True)
        found = reading.read(source.format, body, _context(request, rest))
    except OwlError as error:
        _note(source, body, error)
        raise
    if found.ignored:
        return JsonResponse({"ignored": found.ignored}, status=KEPT)
    taken = sources.take(source=source, uplinks=found.uplinks, at=at)
    answer = _answer(taken)
    return JsonResponse(answer, status=KEPT if taken.quarantined and not _stored(taken) else OK)


def _context(request: HttpRequest, rest: str) -> Context:
    return Context(
        headers={name.lower(): value for name, value in request.headers.items()},
        query={name: request.GET[name] for name in request.GET},
        topic=rest,
    )


def _note(source: Any, body: bytes, error: OwlError) -> None:
    """What could not be read is told to the sender, counted, and kept as it came."""
    at, message = clock.now(), f"{error.message} ({error.part or error.code})"
    if body and isinstance(error, Invalid) and error.code not in NOT_KEPT:
        sources.refuse(source=source, body=documents.raw(body), code=error.code, message=message, at=at)
    else:
        sources.note_error(source=source, message=message, at=at)


def _stored(taken: source_types.Taken) -> int:
    return taken.accepted + taken.corrected + taken.unchanged


def _answer(taken: source_types.Taken) -> dict[str, Any]:
    reasons = sorted({outcome.reason for outcome in taken.outcomes if outcome.reason})
    return {
        "messages": len(taken.outcomes),
        "accepted": taken.accepted,
        "corrected": taken.corrected,
        "unchanged": taken.unchanged,
        "flagged": taken.flagged,
        "ignored": taken.ignored,
        "quarantined": taken.quarantined,
        "duplicates": taken.duplicates,
        "reasons": reasons,
    }

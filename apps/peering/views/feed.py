"""The feed: one page a request, signed, in Arrow or – for readers that are no OWL nodes – CSV or NDJSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from apps.core.errors import Invalid
from apps.peering.authentication import from_peers
from apps.peering.views import notices
from apps.provider import services as provider
from apps.provider.errors import AgreementEnded
from apps.provider.types import NO_HORIZON, DisclosedPage, Scope

if TYPE_CHECKING:
    from apps.peers.models import Peer

MAX_STREAMS = 200
_NATURAL = re.compile(r"[0-9]{1,16}\Z")


@require_GET
@from_peers
def feed(request: HttpRequest, peer: Peer, uuid: UUID) -> HttpResponse:
    """``GET /peering/v1/feed/<uuid>?cursor=…&limit=…[&streams=…&start=…&end=…]``: the page after the cursor."""
    try:
        page = provider.disclose_page(
            peer=peer,
            agreement_uid=f"urn:uuid:{uuid}",
            cursor=request.GET.get("cursor", ""),
            limit=natural(request, "limit"),
            accept=request.headers.get("Accept", ""),
            scope=scope_of(request),
        )
    except AgreementEnded as ended:
        return notices.ended(ended)
    return _rendered(page)


def scope_of(request: HttpRequest) -> Scope | None:
    """The part asked for by ``streams``, ``start`` and ``end`` (µs since 1970 UTC); None for the whole feed."""
    streams = request.GET.get("streams")
    if streams is None:
        return None
    numbers = streams.split(",")
    if not all(_NATURAL.match(number) for number in numbers) or len(numbers) > MAX_STREAMS:
        raise Invalid(f"streams must be 1 to {MAX_STREAMS} numbers separated by commas.", part="streams")
    start, end = natural(request, "start") or 0, natural(request, "end")
    wanted = sorted({int(number) // 8 for number in numbers})
    return Scope(tuple(wanted), start=start, end=NO_HORIZON if end is None else end)


def natural(request: HttpRequest, name: str) -> int | None:
    """A whole number of the query below 2^53, or None. Raises Invalid."""
    text = request.GET.get(name)
    if text is None:
        return None
    if not _NATURAL.match(text) or int(text) > NO_HORIZON:
        raise Invalid(f"{name} must be a whole number from 0 to {NO_HORIZON}.", part=name)
    return int(text)


def _rendered(page: DisclosedPage) -> HttpResponse:
    response = HttpResponse(page.body, content_type=page.media_type)
    response["Owl-Next-Cursor"] = page.next_cursor
    response["Owl-More"] = "1" if page.more else "0"
    response["Owl-As-Of"] = page.as_of.isoformat()
    if page.committed_at is not None:
        response["Owl-Committed-At"] = page.committed_at.isoformat()
    response["Owl-Description"] = page.description
    response["Owl-Page-Digest"] = page.digest
    response["Cache-Control"] = "no-store"
    return response

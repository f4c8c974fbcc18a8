"""What a consumer should hold: counts and digests per stream and day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from apps.core import clock
from apps.core.errors import Invalid
from apps.peering.authentication import from_peers
from apps.peering.views import notices
from apps.peering.views.feed import scope_of
from apps.provider import services as provider
from apps.provider.errors import AgreementEnded
from apps.wire import canonical

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_GET
@from_peers
def digests(request: HttpRequest, peer: Peer, uuid: UUID) -> HttpResponse:
    """``GET /peering/v1/digests/<uuid>?as_of=…[&streams=…&start=…&end=…]``: by the rule of docs/protocol.md."""
    try:
        report = provider.disclose_digests(
            peer=peer, agreement_uid=f"urn:uuid:{uuid}", as_of=_as_of(request), scope=scope_of(request)
        )
    except AgreementEnded as ended:
        return notices.ended(ended)
    return HttpResponse(canonical.dumps(report.to_mapping()), content_type="application/json")


def _as_of(request: HttpRequest) -> datetime:
    text = request.GET.get("as_of")
    if text is None:
        return clock.now()
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("as_of must be a time with its zone, as 2026-01-31T12:00:00+00:00.", part="as_of")
    return moment

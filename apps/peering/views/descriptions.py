"""What the streams of a feed mean."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from apps.peering.authentication import from_peers
from apps.peering.views import notices
from apps.provider import services as provider
from apps.provider.errors import AgreementEnded
from apps.wire import canonical

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_GET
@from_peers
def description(request: HttpRequest, peer: Peer, uuid: UUID) -> HttpResponse:
    """``GET /peering/v1/descriptions/<uuid>``: names, units, things and places, as coarse as the terms are."""
    try:
        message = provider.disclose_description(peer=peer, agreement_uid=f"urn:uuid:{uuid}")
    except AgreementEnded as ended:
        return notices.ended(ended)
    return HttpResponse(canonical.dumps(message.to_mapping()), content_type="application/json")

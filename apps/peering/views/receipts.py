"""Receipts from consumers: what was held is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from apps.peering.authentication import from_peers
from apps.peering.messages import json_object
from apps.provider import services as provider

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_POST
@from_peers
def receipts(request: HttpRequest, peer: Peer) -> HttpResponse:
    """``POST /peering/v1/receipts``: 204 once the receipt's signature was found good and it is kept."""
    provider.accept_receipt(peer=peer, envelope=json_object(request))
    return HttpResponse(status=204)

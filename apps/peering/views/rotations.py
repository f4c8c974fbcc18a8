"""``POST /peering/v1/keys/rotations``: a peer announces its new key, signed by the old one and the new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from apps.peering.authentication import from_peers
from apps.peering.messages import json_object
from apps.peers import services as peers

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_POST
@from_peers
def rotations(request: HttpRequest, peer: Peer) -> HttpResponse:
    """204 when the key is pinned, also when it was already."""
    peers.accept_rotation(peer=peer, envelope=json_object(request))
    return HttpResponse(status=204)

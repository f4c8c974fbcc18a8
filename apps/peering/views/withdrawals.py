"""Notices from owners: the agreement has ended, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from apps.consumer import services as consumer
from apps.peering.authentication import from_peers
from apps.peering.messages import json_object

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_POST
@from_peers
def withdrawals(request: HttpRequest, peer: Peer) -> HttpResponse:
    """``POST /peering/v1/withdrawals``: 202, the deletion is due; its receipt follows as a request of its own."""
    consumer.accept_withdrawal(peer=peer, envelope=json_object(request))
    return HttpResponse(status=202)

"""Hints from owners: "there is more"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from apps.consumer import services as consumer
from apps.peering.authentication import from_peers
from apps.peering.messages import json_object
from apps.wire import messages

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_POST
@from_peers
def hints(request: HttpRequest, peer: Peer) -> HttpResponse:
    """``POST /peering/v1/hints``: the pull becomes due. 204, whether or not we hold anything under it."""
    consumer.accept_hint(peer=peer, hint=messages.Hint.of(json_object(request)))
    return HttpResponse(status=204)

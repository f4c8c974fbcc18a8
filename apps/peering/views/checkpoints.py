"""``GET`` and ``POST /peering/v1/checkpoints``: ledgers watch each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import Invalid
from apps.peering.authentication import from_peers
from apps.peering.messages import json_object
from apps.peers import services as peers
from apps.wire import messages

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_http_methods(["GET", "POST"])
@from_peers
def checkpoints(request: HttpRequest, peer: Peer) -> HttpResponse:
    """An ``owl.checkpoint`` message: to GET ``?known=<size>`` ours, to POST also our cosignature under theirs."""
    if request.method == "POST":
        received = messages.CheckpointExchange.of(json_object(request))
        return JsonResponse(peers.receive_checkpoint(peer=peer, message=received).to_mapping())
    return JsonResponse(peers.offer_checkpoint(peer=peer, known_size=_known(request)).to_mapping())


def _known(request: HttpRequest) -> int:
    text = request.GET.get("known", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Invalid(_("“known” is the size of the last checkpoint, a whole number."), part="known")
    return int(text)

"""Citizens' requests that one city hands over to another, and the files of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from apps.desk import services as desk
from apps.peering.authentication import from_peers
from apps.peering.messages import json_object
from apps.wire import messages

if TYPE_CHECKING:
    from apps.peers.models import Peer


@require_POST
@from_peers
def requests(request: HttpRequest, peer: Peer) -> HttpResponse:
    """``POST /peering/v1/requests``: 204 once the message about a request is kept."""
    desk.accept(peer=peer, message=messages.parse(json_object(request)))
    return HttpResponse(status=204)


@require_GET
@from_peers
def file(request: HttpRequest, peer: Peer, uuid: UUID, file_uuid: UUID) -> HttpResponse:
    """``GET /peering/v1/requests/<uuid>/files/<uuid>``: a delivered file, as it is."""
    found, content = desk.file_for(peer=peer, request=uuid, file=file_uuid)
    response = HttpResponse(content, content_type=found.media_type)
    response["Cache-Control"] = "no-store"
    return response

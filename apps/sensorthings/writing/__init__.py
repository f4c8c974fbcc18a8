"""Creating, changing and deleting over SensorThings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from apps.sensorthings.paths import Path
from apps.sensorthings.principals import Principal


def handle(request: HttpRequest, path: Path, principal: Principal) -> HttpResponse:
    """Answer POST, PATCH, PUT or DELETE on a path; this node takes none of them yet (RFC 9110, section 15.5.6)."""
    return HttpResponse(status=405, headers={"Allow": "GET, HEAD, OPTIONS"})

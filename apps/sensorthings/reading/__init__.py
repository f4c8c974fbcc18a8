"""Reading over SensorThings: ``answer`` for requests, ``render_entity`` for whoever wants to echo an entity."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.errors import NotFound
from apps.sensorthings.paths import Path
from apps.sensorthings.principals import Principal
from apps.sensorthings.reading import landing


def answer(request: HttpRequest, path: Path, principal: Principal) -> HttpResponseBase:
    """The answer to GET or HEAD. Raises NotFound, BadQuery, TooCostly, TookTooLong."""
    if path.is_root:
        return landing.page()
    raise NotFound("There is nothing here.", part=path.text)


def render_entity(
    entity_set: str, entity_id: int, principal: Principal, *, unrestricted: bool = False
) -> dict[str, Any]:
    """One entity as GET would show it to this principal, without any query option.

    ``unrestricted``: whatever the principal may see – for echoing what they have just written. Raises NotFound.
    """
    raise NotFound(f"There is no {entity_set}({entity_id}).", part=f"{entity_set}({entity_id})")

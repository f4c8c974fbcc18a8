"""Reading over SensorThings: ``answer`` for requests, ``render_entity`` for whoever wants to echo an entity."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from apps.core.errors import NotFound
from apps.holdings.types import Access
from apps.sensorthings import database
from apps.sensorthings.entities import SETS
from apps.sensorthings.errors import BadQuery
from apps.sensorthings.paths import Path
from apps.sensorthings.principals import Principal
from apps.sensorthings.reading import formats, landing, options, resolving, single
from apps.sensorthings.reading.levels import Base, level
from apps.sensorthings.reading.pages import JSON_OPTIONS, Page
from apps.sensorthings.sight import Sight, sight


def answer(request: HttpRequest, path: Path, principal: Principal) -> HttpResponseBase:
    """The answer to GET or HEAD. Raises NotFound, BadQuery, TooCostly, TookTooLong."""
    found = _get(request.META.get("QUERY_STRING", ""), path, principal)
    if request.method != "HEAD":
        return found
    if isinstance(found, StreamingHttpResponse):
        # What was begun is let go when the server closes the answer, and not before: that is when a request ends.
        found.streaming_content = ()
        return found
    return HttpResponse(status=found.status_code, headers=dict(found.items()))


def _get(query: str, path: Path, principal: Principal) -> HttpResponseBase:
    if path.is_root:
        return landing.page()
    if path.action:
        raise NotFound(f"{path.action} takes POST only.", part=path.action)
    wanted = options.parse(query, path.last.entity)
    with database.reading():
        seen = sight(principal.access())
        base = resolving.base_of(path, seen)
        if not path.is_collection:
            return _one(path, base, wanted, seen)
        page = _page(path, base, wanted, seen)
        if not formats.is_streamed(page):
            return formats.answer(page)
    # Read while it is sent, in a transaction of its own.
    return formats.answer(page)


def _one(path: Path, base: Base, wanted: options.Options, seen: Sight) -> HttpResponse:
    root = landing.root()
    if path.prop is not None:
        if wanted.pairs:
            raise BadQuery("A property takes no options.", part=wanted.pairs[0][0][:100])
        return single.prop(path, base, seen, root)
    if path.ref:
        wanted.select = ("@iot.selfLink",)
    return single.entity(path, base, wanted, seen, root)


def _page(path: Path, base: Base, wanted: options.Options, seen: Sight) -> Page:
    root = landing.root()
    if path.ref:
        wanted.select, wanted.expand = ("@iot.selfLink",), {}
    formats.prepare(path.last.entity, wanted)
    return Page(level(path.last.entity, wanted, seen, root), base, root, f"{root}/{path.text.strip('/')}")


def render_entity(
    entity_set: str, entity_id: int, principal: Principal, *, unrestricted: bool = False
) -> dict[str, Any]:
    """One entity as GET would show it to this principal, without any query option, as plain JSON values.

    ``unrestricted``: whatever the principal may see – for echoing what they have just written. Raises NotFound.
    """
    seen = sight(Access(everything=True) if unrestricted else principal.access())
    base = Base(id=entity_id)
    found = single.document(SETS[entity_set], base, options.Options(), seen, landing.root())
    if found is None:
        part = f"{entity_set}({entity_id})"
        raise NotFound(f"There is no {part} here.", part=part)
    plain: dict[str, Any] = orjson.loads(orjson.dumps(found, option=JSON_OPTIONS))
    return plain

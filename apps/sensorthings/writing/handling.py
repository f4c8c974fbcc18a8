"""What each method does to each kind of path."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from apps.core.errors import Invalid, NotFound, NotPermitted, OwlError
from apps.sensorthings import errors
from apps.sensorthings.entities import OBSERVATIONS, EntityType
from apps.sensorthings.paths import Path
from apps.sensorthings.reading import render_entity
from apps.sensorthings.reading.landing import address, root
from apps.sensorthings.subrequests import SubRequest
from apps.sensorthings.writing import (
    arrays,
    bodies,
    changing,
    creating,
    drafts,
    observing,
    removing,
    singles,
    targets,
)
from apps.sensorthings.writing.drafts import Draft
from apps.sensorthings.writing.reach import Reach
from apps.sensorthings.writing.rights import Writer, bearer, writer_of

JSON_PATCH = "application/json-patch+json"
ALLOWED_ENTITY = "GET, HEAD, PATCH, PUT, DELETE, OPTIONS"
ALLOWED_COLLECTION = "GET, HEAD, POST, OPTIONS"


def handle(request: HttpRequest, path: Path) -> HttpResponse:
    """Answer POST, PATCH, PUT or DELETE on a path. Raises OwlErrors that name the part at fault."""
    if path.action == "CreateObservations":
        return _create_observations(request) if request.method == "POST" else _not_allowed("POST, OPTIONS")
    if request.method == "POST":
        return _post(request, path)
    if not path.is_entity or path.value:
        return _not_allowed(ALLOWED_COLLECTION if path.steps and path.is_collection else "GET, HEAD, OPTIONS")
    reach = Reach(writer_of(request))
    key = targets.entity_id(path, reach)
    if request.method == "DELETE":
        removing.remove(path.last.entity, key, reach.writer)
        return HttpResponse(status=200)
    return _change(request, path.last.entity, key, reach)


def _change(request: HttpRequest, entity: EntityType, key: int, reach: Reach) -> HttpResponse:
    raw = bodies.read(request)
    if request.method == "PUT":
        key = changing.replace(entity, key, bodies.parse_object(raw), reach)
    elif request.content_type == JSON_PATCH:
        key = changing.patch(entity, key, bodies.parse(raw), reach)
    else:
        key = changing.merge(entity, key, bodies.parse_object(raw), reach)
    if "return=representation" in request.headers.get("Prefer", ""):
        return _shown(entity, key, reach.writer, status=200)
    # A corrected observation has a new id; the old address goes on leading to it (RFC 9110, section 8.7).
    return HttpResponse(status=200, headers={"Content-Location": address(entity, key)})


def _post(request: HttpRequest, path: Path) -> HttpResponse:
    if not path.steps or not path.is_collection or path.value:
        return _not_allowed("GET, HEAD, OPTIONS" if not path.is_entity else ALLOWED_ENTITY)
    entity = path.last.entity
    if path.ref:
        return _link(request, path)
    draft = drafts.read(entity, bodies.parse(bodies.read(request)))
    if entity is OBSERVATIONS and not (isinstance(request, SubRequest) and request.atomic):
        row = singles.row(draft, path)
        if row is not None:
            return _created(entity, observing.observe(_order(request, row)))
    reach = Reach(writer_of(request))
    _hang(draft, path, reach)
    try:
        key = creating.create(draft, reach)
    except NotFound as problem:  # the path itself was found: what is missing was named in the body
        raise Invalid(problem.message, part=problem.part) from problem
    if "return=representation" in request.headers.get("Prefer", ""):
        response = _shown(entity, key, reach.writer, status=201)
        response["Location"] = address(entity, key)
        return response
    return _created(entity, key)


def _order(request: HttpRequest, row: dict[str, Any]) -> observing.Order:
    header = request.headers.get("Authorization", "")
    if header:
        return observing.Order(row, secret=bearer(header))
    return observing.Order(row, writer=writer_of(request))


def _hang(draft: Draft, path: Path, reach: Reach) -> None:
    """Let the new entity belong to the one before it in the path (``Things(1)/Datastreams``)."""
    if len(path.steps) == 1:
        return
    parent, navigation = path.steps[-2], path.last.navigation
    key = targets.parent_id(path, reach)
    if navigation is None:
        return
    back = next(one for one in draft.entity.navigations.values() if one.target == parent.entity.name)
    draft.links[back.name] = [key, *(link for link in draft.links.get(back.name, []) if back.many)]


def _link(request: HttpRequest, path: Path) -> HttpResponse:
    """``POST Things(1)/Locations/$ref``: relate an entity that is there (OGC 18-088, section 10.2.2)."""
    if len(path.steps) < 2:
        return _not_allowed("GET, HEAD, OPTIONS")
    reach = Reach(writer_of(request))
    body = bodies.parse_object(bodies.read(request))
    parent = targets.parent_id(path, reach)
    changing.relate(path.steps[-2].entity, parent, path.last.navigation, drafts.link_id(body, part="body"), reach)
    return HttpResponse(status=200)


def _create_observations(request: HttpRequest) -> HttpResponse:
    outcomes = arrays.create(bodies.parse(bodies.read(request)), Reach(writer_of(request)))
    address = f"{root()}/Observations("
    rows = [f"{address}{one})" if isinstance(one, int) else f"error: {one.message}" for one in outcomes]
    failures = [one for one in outcomes if isinstance(one, OwlError)]
    status = 201
    if failures and len(failures) == len(outcomes):
        status = 403 if all(isinstance(one, NotPermitted) for one in failures) else 400
    return HttpResponse(orjson.dumps(rows), status=status, content_type=errors.JSON)


def _shown(entity: EntityType, key: int, writer: Writer, *, status: int) -> HttpResponse:
    body = orjson.dumps(render_entity(entity.name, key, writer.principal, unrestricted=True))
    return HttpResponse(body, status=status, content_type=errors.JSON)


def _created(entity: EntityType, key: int) -> HttpResponse:
    response = HttpResponse(status=201, content_type=errors.JSON)
    response["Location"] = address(entity, key)
    return response


def _not_allowed(allow: str) -> HttpResponse:
    """405 with what is allowed (RFC 9110, section 15.5.6)."""
    error = Invalid(f"This method is not for this address; it takes {allow}.", code="method-not-allowed")
    body = orjson.dumps(errors.document(error) | {"code": 405})
    return HttpResponse(body, status=405, content_type=errors.JSON, headers={"Allow": allow})

"""One entity, one property of it, or its bare value (OGC 18-088, sections 9.2.3 to 9.2.6)."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse

from apps.core.errors import NotFound
from apps.sensorthings import database
from apps.sensorthings.entities import EntityType
from apps.sensorthings.errors import JSON, BadQuery
from apps.sensorthings.paths import Path
from apps.sensorthings.reading import expanding, levels
from apps.sensorthings.reading.columns import Document
from apps.sensorthings.reading.levels import Base, level
from apps.sensorthings.reading.options import Options
from apps.sensorthings.reading.pages import JSON_OPTIONS
from apps.sensorthings.sight import Sight

_FOR_ONE = ("$select", "$expand", "$resultFormat")


def document(entity: EntityType, base: Base, options: Options, sight: Sight, root: str) -> Document | None:
    """The JSON object of the one entity a path leads to, None where there is none."""
    options.top, options.skip = 1, 0
    found = level(entity, options, sight, root)
    statement, params = levels.page(found, base)
    rows = database.rows(statement, params)
    return expanding.documents(found, rows[:1], root)[0] if rows else None


def entity(path: Path, base: Base, options: Options, sight: Sight, root: str) -> HttpResponse:
    """The entity. Raises NotFound, BadQuery for options that only collections understand."""
    for name, _value in options.pairs:
        if name not in _FOR_ONE:
            raise BadQuery(f"One entity understands only {', '.join(_FOR_ONE)}.", part=name)
    found = document(path.last.entity, base, options, sight, root)
    if found is None:
        raise _missing(path)
    return HttpResponse(orjson.dumps(found, option=JSON_OPTIONS), content_type=JSON)


def prop(path: Path, base: Base, sight: Sight, root: str) -> HttpResponse:
    """``{"name": value}``, or the bare value as text for ``/$value``; 204 where there is no value."""
    if path.prop is None:
        raise _missing(path)
    name = "@iot.id" if path.prop.name == "id" else path.prop.name
    found = document(path.last.entity, base, Options(select=(path.prop.name,)), sight, root)
    if found is None:
        raise _missing(path)
    whole = orjson.loads(orjson.dumps(found, option=JSON_OPTIONS))
    value = _inside(whole.get(name), path)
    if value is None:
        return HttpResponse(status=204)
    if path.value:
        bare = value if isinstance(value, str) else orjson.dumps(value).decode()
        return HttpResponse(bare, content_type="text/plain;charset=UTF-8")
    return HttpResponse(orjson.dumps({path.inside[-1] if path.inside else name: value}), content_type=JSON)


def _inside(value: Any, path: Path) -> Any:
    for part in path.inside:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part[:9]) < len(value):
            value = value[int(part[:9])]
        else:
            raise NotFound("There is nothing of this name inside.", part=part[:100])
    return value


def _missing(path: Path) -> NotFound:
    step = path.last
    name = step.navigation.name if step.navigation is not None and not step.navigation.many else step.entity.name
    part = name if step.id is None else f"{name}({step.id})"
    return NotFound(f"There is no {part} here.", part=part)

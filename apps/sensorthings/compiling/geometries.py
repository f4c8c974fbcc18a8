"""The geo functions (OGC 18-088, table 24), computed by shapely over the places that the principal sees.

PostGIS is not everywhere this node runs. There are thousands of places, not millions: they are read once, judged here,
and the statement gets what was found, keyed by id. Distances and lengths are in degrees, as deployed servers give them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from apps.sensorthings import database
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.compiling.values import Type, Value
from apps.sensorthings.errors import BadQuery, TooCostly
from apps.sensorthings.language.tree import Geometry, Literal
from apps.sensorthings.sql import fill

MAX_PLACES = 200_000
MAX_WKT = 20_000
Shapes = dict[int, BaseGeometry]

PREDICATES: dict[str, Callable[[BaseGeometry, BaseGeometry], Any]] = {
    "geo.intersects": shapely.intersects,
    "st_equals": shapely.equals,
    "st_disjoint": shapely.disjoint,
    "st_touches": shapely.touches,
    "st_within": shapely.within,
    "st_overlaps": shapely.overlaps,
    "st_crosses": shapely.crosses,
    "st_intersects": shapely.intersects,
    "st_contains": shapely.contains,
}
MEASURES: dict[str, Callable[..., Any]] = {"geo.distance": shapely.distance, "geo.length": shapely.length}
FUNCTIONS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(PREDICATES, (2,)),
    "geo.distance": (2,),
    "geo.length": (1,),
    "st_relate": (3,),
}
"""Per name: how many arguments it takes."""


def function(name: str, arguments: list[Value], scope: Scope, text: str) -> Value:
    """The function's value for each place. Raises BadQuery, TooCostly for too many places."""
    shapes = [one for one in arguments[:2] if one.type is Type.GEOMETRY]
    if len(shapes) < min(2, len(arguments)):
        raise BadQuery(f"{name} takes geometries, such as location or geography'POINT (8.5 52)'.", part=text[:200])
    places = [one for one in shapes if one.owner is not None]
    if len(places) > 1:
        raise BadQuery(f"{name} takes one property; the other geometry is a literal.", part=text[:200])
    kind = Type.NUMBER if name in MEASURES else Type.BOOLEAN
    compute = _computation(name, arguments, text)
    if not places:
        return Value(kind, scope.bind(_plain(compute(*map(_literal, shapes))), _CASTS[kind]), text)
    given = [None if one.owner is not None else _literal(one) for one in shapes]
    found = {key: _judge(compute, given, shape) for key, shape in _places(places[0], scope, text).items()}
    answers = json.dumps({str(key): value for key, value in found.items() if value is not None})
    return Value(kind, _looked_up(places[0], scope.bind(answers, "jsonb"), kind), text)


_CASTS = {Type.NUMBER: "float8", Type.BOOLEAN: "boolean"}


def _looked_up(place: Value, answers: str, kind: Type) -> str:
    alias = place.owner[1] if place.owner else ""
    return f"({answers} ->> {alias}.id::text)::{_CASTS[kind]}"


def _computation(name: str, arguments: list[Value], text: str) -> Callable[..., Any]:
    if name in PREDICATES:
        return PREDICATES[name]
    if name in MEASURES:
        return MEASURES[name]
    pattern = arguments[2].literal.value if arguments[2].literal else None
    if not isinstance(pattern, str) or len(pattern) != 9 or not set(pattern.upper()) <= set("TF*012"):
        raise BadQuery("st_relate takes a pattern of nine out of T, F, *, 0, 1, 2.", part=text[:200])
    return lambda one, other: shapely.relate_pattern(one, other, pattern.upper())


def _judge(compute: Callable[..., Any], given: list[Any], place: BaseGeometry) -> float | bool | None:
    try:
        return _plain(compute(*(place if one is None else one for one in given)))
    except shapely.errors.GEOSException:
        return None


def _plain(value: Any) -> float | bool | None:
    """What JSON can say; no number for what has none, such as the distance of nothing."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return bool(value)


def _literal(value: Value) -> BaseGeometry:
    found = value.literal.value if isinstance(value.literal, Literal) else None
    wkt = found.wkt if isinstance(found, Geometry) else ""
    if len(wkt) > MAX_WKT:
        raise TooCostly(f"A geometry has at most {MAX_WKT} characters.", part=f"{wkt[:40]}…")
    try:
        return shapely.from_wkt(wkt)
    except (shapely.errors.GEOSException, TypeError, ValueError) as error:
        raise BadQuery("This is no Well-known text of a geometry.", part=wkt[:200]) from error


def _places(place: Value, scope: Scope, text: str) -> Shapes:
    """All places of this kind that the principal sees, as the principal sees them."""
    if place.owner is None:
        return {}
    entity, alias = place.owner
    geometry = place.sql.replace(f"{alias}.", "g.")
    statement = fill(
        "SELECT g.id, ($geometry)::text FROM $relation AS g WHERE $geometry IS NOT NULL LIMIT $most",
        geometry=geometry,
        relation=scope.sight.relation(entity),
        most=str(MAX_PLACES + 1),
    )
    rows = database.rows(statement, scope.sight.params)
    if len(rows) > MAX_PLACES:
        raise TooCostly(f"There are more than {MAX_PLACES} places to look at.", part=text[:200])
    shapes = shapely.from_geojson([json_text for _key, json_text in rows], on_invalid="ignore")
    return {key: shape for (key, _text), shape in zip(rows, shapes, strict=True) if shape is not None}

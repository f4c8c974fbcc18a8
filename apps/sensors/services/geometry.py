"""GeoJSON (RFC 7946) as far as entities need it: is it sound, is it a point, what area do several of them cover."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from apps.core.errors import Invalid

Position = tuple[float, float]
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
GEOJSON = ("application/geo+json", "application/vnd.geo+json")


def columns(values: dict[str, Any], *, shape: str, encoding: str) -> dict[str, Any]:
    """The values with ``longitude`` and ``latitude`` beside a changed shape. Raises Invalid for unsound GeoJSON."""
    if shape not in values:
        return values
    geometry = values[shape]
    if encoding not in GEOJSON or geometry is None:
        return values | {"longitude": None, "latitude": None}
    longitude, latitude = point(checked(geometry, part=shape)) or (None, None)
    return values | {"longitude": longitude, "latitude": latitude}


def checked(geometry: Any, *, part: str) -> dict[str, Any]:
    """The geometry, if it is sound GeoJSON in WGS 84 degrees; raises Invalid saying what is not."""
    if not isinstance(geometry, dict):
        raise Invalid(f"{part} must be a GeoJSON object.", part=part)
    kind = geometry.get("type")
    if kind == "Feature":
        if geometry.get("geometry") is not None:
            checked(geometry["geometry"], part=part)
    elif kind in ("GeometryCollection", "FeatureCollection"):
        members = geometry.get("geometries" if kind == "GeometryCollection" else "features")
        if not isinstance(members, list):
            raise Invalid(f"{part}: a {kind} needs a list of its members.", part=part)
        for member in members:
            checked(member, part=part)
    elif isinstance(kind, str) and kind in _DEPTHS:
        _check_coordinates(geometry.get("coordinates"), _DEPTHS[kind], part)
    else:
        raise Invalid(f"{part}: GeoJSON knows no type {kind!r}.", part=part)
    return geometry


def point(geometry: dict[str, Any]) -> Position | None:
    """Longitude and latitude of a point, also of a feature that is a point; None for any other shape."""
    inner = geometry.get("geometry") if geometry.get("type") == "Feature" else geometry
    if not isinstance(inner, dict) or inner.get("type") != "Point":
        return None
    return float(inner["coordinates"][0]), float(inner["coordinates"][1])


def enclosing(*geometries: Any) -> dict[str, Any] | None:
    """The least Point, LineString or Polygon that covers all positions of these geometries; None for no position.

    A polygon is the convex hull (Andrew's monotone chain), counter-clockwise as RFC 7946, section 3.1.6, asks.
    """
    found = sorted({place for geometry in geometries for place in positions(geometry)})
    if len(found) < 2:
        return {"type": "Point", "coordinates": list(found[0])} if found else None
    hull = _half(found)[:-1] + _half(reversed(found))[:-1]
    if len(hull) < 3:
        return {"type": "LineString", "coordinates": [list(found[0]), list(found[-1])]}
    return {"type": "Polygon", "coordinates": [[list(place) for place in [*hull, hull[0]]]]}


def positions(geometry: Any) -> Iterator[Position]:
    """All positions of a sound GeoJSON object; nothing for anything else."""
    if isinstance(geometry, dict):
        for member in ("geometry", "geometries", "features", "coordinates"):
            yield from positions(geometry.get(member))
    elif isinstance(geometry, list):
        if len(geometry) > 1 and all(_is_number(item) for item in geometry[:2]):
            yield float(geometry[0]), float(geometry[1])
        else:
            for item in geometry:
                yield from positions(item)


def _half(places: Iterable[Position]) -> list[Position]:
    hull: list[Position] = []
    for place in places:
        while len(hull) > 1 and _turn(hull[-2], hull[-1], place) <= 0:
            hull.pop()
        hull.append(place)
    return hull


def _turn(a: Position, b: Position, c: Position) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _check_coordinates(value: Any, levels: int, part: str) -> None:
    if not isinstance(value, list) or (levels and not value):
        raise Invalid(f"{part}: coordinates are missing or not a list.", part=part)
    if levels:
        for item in value:
            _check_coordinates(item, levels - 1, part)
        return
    if not 2 <= len(value) <= 4 or not all(_is_number(item) for item in value):
        raise Invalid(f"{part}: a position is two or three numbers, longitude first.", part=part)
    if abs(value[0]) > 180 or abs(value[1]) > 90:
        raise Invalid(f"{part}: {value[:2]} lies outside ±180° of longitude and ±90° of latitude.", part=part)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

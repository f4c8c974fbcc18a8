"""Names in expressions: properties, through relations and into JSON."""

from __future__ import annotations

from collections.abc import Callable

from apps.sensorthings.compiling.scope import Frame
from apps.sensorthings.compiling.values import Type, Value
from apps.sensorthings.entities import EntityType, Kind, Property, target_of
from apps.sensorthings.errors import BadQuery
from apps.sensorthings.language.tree import Name
from apps.sensorthings.sql import on

MAX_PARTS = 12


def named(node: Name, frame: Frame) -> Value:
    """What a name stands for, seen from the root of the statement. Raises BadQuery naming the part nobody knows."""
    if len(node.parts) > MAX_PARTS:
        raise BadQuery(f"A name has at most {MAX_PARTS} parts.", part=node.text[:200])
    entity, alias = frame.scope.entity, frame.scope.root
    for place, part in enumerate(node.parts):
        navigation = entity.navigations.get(part)
        if navigation is None:
            return _property(entity, alias, node, place, frame)
        if not navigation.many and node.parts[place + 1 :] in (("id",), ("@iot.id",)):
            # The one related row is visible because this one is, so its key can be read here.
            return Value(Type.NUMBER, on(navigation.near, alias), node.text)
        alias = frame.walk(node.parts[: place + 1], alias, navigation)
        entity = target_of(navigation)
    raise BadQuery(f"{node.parts[-1]} is a relation; name a property of it.", part=node.text[:200])


def _property(entity: EntityType, alias: str, node: Name, place: int, frame: Frame) -> Value:
    part = "id" if node.parts[place] == "@iot.id" else node.parts[place]
    found = entity.properties.get(part)
    if found is None:
        raise BadQuery(f"{entity.singular} has no property “{part}”.", part=node.text[:200])
    value = _VALUES[found.kind](found, alias, node.text, entity)
    inside = node.parts[place + 1 :]
    if not inside:
        return value
    if value.type not in (Type.ANY, Type.GEOMETRY):
        raise BadQuery(f"{found.name} has no parts.", part=node.text[:200])
    path = frame.scope.bind(list(inside), "text[]")
    return Value(Type.ANY, f"({value.sql} #> {path})", node.text)


def _plain(kind: Type) -> Callable[[Property, str, str, EntityType], Value]:
    def value(found: Property, alias: str, text: str, entity: EntityType) -> Value:
        return Value(kind, on(found.sql, alias), text)

    return value


def _period(found: Property, alias: str, text: str, entity: EntityType) -> Value:
    return Value(Type.PERIOD, on(found.sql, alias), text, end=on(found.end, alias))


def _geometry(found: Property, alias: str, text: str, entity: EntityType) -> Value:
    return Value(Type.GEOMETRY, on(found.sql, alias), text, owner=(entity, alias))


def _result(found: Property, alias: str, text: str, entity: EntityType) -> Value:
    """Numbers stand in a column, everything else in the JSON tail."""
    return Value(Type.ANY, f"({alias}.extra -> 'result')", text, number=on(found.sql, alias))


_VALUES: dict[Kind, Callable[[Property, str, str, EntityType], Value]] = {
    Kind.ID: _plain(Type.NUMBER),
    Kind.TEXT: _plain(Type.TEXT),
    Kind.TIME: _plain(Type.TIME),
    Kind.JSON: _plain(Type.ANY),
    Kind.PERIOD: _period,
    Kind.GEOMETRY: _geometry,
    Kind.RESULT: _result,
}

"""Which columns a level selects, and how a row of them becomes JSON (OGC 18-088, section 9.1: control information)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from apps.sensorthings.compiling.ordering import Key
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.entities import OBSERVATIONS, EntityType, Kind, Property
from apps.sensorthings.reading.options import Options
from apps.sensorthings.sql import on

Row = tuple[Any, ...]
Document = dict[str, Any]
Writer = Callable[[Document, Row], None]
GROUP, ID = 0, 1
_TAIL = {"result": "result", "resultQuality": "quality", "validTime": "validTime", "parameters": "parameters"}
"""What of an observation stands in its JSON tail; read here, for most rows have none."""


@dataclass(slots=True)
class Columns:
    """The select list of a level and the writers of its documents.

    Every row begins with the key of the group it belongs to (NULL where there is one group only) and its id. ``near``
    tells where the key of an expanded relation stands, ``keys`` where the sort keys do, ``stored`` (if selected)
    how many rows the group has in all.
    """

    sql: list[str]
    writers: list[Writer] = field(default_factory=list)
    near: dict[str, int] = field(default_factory=dict)
    stored: int | None = None
    keys: slice = field(default_factory=lambda: slice(0, 0))

    def place(self, expression: str) -> int:
        """Where the expression stands, added if need be."""
        if expression not in self.sql:
            self.sql.append(expression)
        return self.sql.index(expression)

    def document(self, row: Row) -> Document:
        """The JSON object of a row."""
        found: Document = {}
        for write in self.writers:
            write(found, row)
        return found

    def select(self, group: str) -> str:
        """The select list, with ``group`` for the key of the group."""
        return ", ".join([group, *self.sql[1:]])


def columns(scope: Scope, options: Options, keys: Sequence[Key], root: str) -> Columns:
    """What a level of these options selects and writes; ``root`` is the API's address."""
    entity, alias = scope.entity, scope.root
    found = Columns(["", f"{alias}.id"])
    address = f"{root}/{entity}"
    for name in options.select or _everything(entity):
        writer = _writer(name, found, scope, address, options)
        if writer is not None:
            found.writers.append(writer)
    for name in options.expand:
        found.near[name] = found.place(on(entity.navigations[name].near, alias))
    begin = len(found.sql)
    found.sql += [written(key.sql) if key.cast == "timestamptz" else key.sql for key in keys]
    found.keys = slice(begin, len(found.sql))
    return found


def written(sql: str) -> str:
    """A time as the database writes it, in UTC: as text, for making Python's objects of times is what cost most."""
    return f"({sql} AT TIME ZONE 'UTC')::text"


def ending(period: Property, alias: str) -> str:
    """The end of an observation's period, for those that have a span; NULL for a moment."""
    return f"CASE WHEN {alias}.span > 0 THEN {written(on(period.end, alias))} END"


def iso(text: str) -> str:
    """A time that the database wrote, as SensorThings writes it (ISO 8601)."""
    return f"{text[:10]}T{text[11:]}Z"


def _everything(entity: EntityType) -> tuple[str, ...]:
    return ("@iot.selfLink", *entity.properties, *entity.navigations)


def _writer(name: str, found: Columns, scope: Scope, address: str, options: Options) -> Writer | None:
    if name == "@iot.selfLink":
        return _self_link(address)
    if name in ("id", "@iot.id"):
        return _id
    if name in scope.entity.navigations:
        return None if name in options.expand else _link(address, name)
    first, *inside = name.split("/")
    prop = scope.entity.properties[first]
    if inside:
        bound = scope.bind(inside, "text[]")
        return _inside(first, inside, found.place(f"({on(prop.sql, scope.root)} #> {bound})::text"))
    if scope.entity is OBSERVATIONS and prop.kind is not Kind.TIME:
        return _observed(prop, found, scope.root)
    return _WRITERS[prop.kind](prop, found, scope.root)


def _self_link(address: str) -> Writer:
    def write(document: Document, row: Row) -> None:
        document["@iot.selfLink"] = f"{address}({row[ID]})"

    return write


def _id(document: Document, row: Row) -> None:
    document["@iot.id"] = row[ID]


def _link(address: str, name: str) -> Writer:
    label = f"{name}@iot.navigationLink"

    def write(document: Document, row: Row) -> None:
        document[label] = f"{address}({row[ID]})/{name}"

    return write


def _inside(first: str, inside: list[str], place: int) -> Writer:
    def write(document: Document, row: Row) -> None:
        if row[place] is None:
            return
        at = document.setdefault(first, {})
        for part in inside[:-1]:
            at = at.setdefault(part, {})
        at[inside[-1]] = orjson.Fragment(row[place])

    return write


def _plain(prop: Property, found: Columns, alias: str) -> Writer:
    name, place = prop.name, found.place(on(prop.sql, alias))

    def write(document: Document, row: Row) -> None:
        document[name] = row[place]

    return write


def _time(prop: Property, found: Columns, alias: str) -> Writer:
    name, place = prop.name, found.place(written(on(prop.sql, alias)))

    def write(document: Document, row: Row) -> None:
        document[name] = None if row[place] is None else iso(row[place])

    return write


def _json(prop: Property, found: Columns, alias: str) -> Writer:
    """JSON goes through as the text that the database gives."""
    name, place = prop.name, found.place(f"({on(prop.sql, alias)})::text")

    def write(document: Document, row: Row) -> None:
        if row[place] is not None:
            document[name] = orjson.Fragment(row[place])

    return write


def _period(prop: Property, found: Columns, alias: str) -> Writer:
    name = prop.name
    begin, end = found.place(written(on(prop.sql, alias))), found.place(written(on(prop.end, alias)))

    def write(document: Document, row: Row) -> None:
        if row[begin] is not None:
            document[name] = f"{iso(row[begin])}/{iso(row[end])}"

    return write


def _observed(prop: Property, found: Columns, alias: str) -> Writer:
    if prop.name == "phenomenonTime":
        return _phenomenon_time(prop, found, alias)
    tail = found.place(f"{alias}.extra::text")
    if prop.name == "result":
        return _result(found.place(f"{alias}.result"), tail)
    name, member = prop.name, _TAIL[prop.name]

    def write(document: Document, row: Row) -> None:
        if row[tail] is not None:
            extra = orjson.loads(row[tail])
            value = extra.get(member)
            if value is None and member == "quality" and "suppressed" in extra:
                value = {"suppressed": True}
            if value is not None:
                document[name] = value

    return write


def _phenomenon_time(prop: Property, found: Columns, alias: str) -> Writer:
    """A moment, or a period where the reading has a span."""
    name, begin = prop.name, found.place(written(on(prop.sql, alias)))
    end = found.place(ending(prop, alias))

    def write(document: Document, row: Row) -> None:
        document[name] = iso(row[begin]) if row[end] is None else f"{iso(row[begin])}/{iso(row[end])}"

    return write


def _result(number: int, tail: int) -> Writer:
    def write(document: Document, row: Row) -> None:
        value = row[number]
        if value is None and row[tail] is not None:
            value = orjson.loads(row[tail]).get("result")
        document["result"] = value

    return write


_WRITERS: dict[Kind, Callable[[Property, Columns, str], Writer]] = {
    Kind.TEXT: _plain,
    Kind.TIME: _time,
    Kind.JSON: _json,
    Kind.GEOMETRY: _json,
    Kind.PERIOD: _period,
}

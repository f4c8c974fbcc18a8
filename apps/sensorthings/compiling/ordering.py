"""Orders and places in them: sort keys, and "what comes after" as a condition, so that paging never counts rows.

A page begins after the keys of the last row before it (``$skiptoken``). Rows that are written meanwhile shift nothing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from apps.sensorthings.compiling import values
from apps.sensorthings.compiling.conditions import value
from apps.sensorthings.compiling.scope import Frame, Scope
from apps.sensorthings.compiling.values import Type, Value
from apps.sensorthings.entities import OBSERVATIONS, EntityType
from apps.sensorthings.errors import BadQuery
from apps.sensorthings.language.tree import Name, Node, walk
from apps.sensorthings.sql import on

MAX_KEYS = 10


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key: its SQL, the SQL type that its value is bound as, its direction, and whether it can be missing."""

    sql: str
    cast: str
    descending: bool = False
    nullable: bool = True

    @property
    def ordering(self) -> str:
        """For ORDER BY. Missing values come first, and last in descending order (OGC 18-088, section 9.3.3.1)."""
        way = f"{self.sql} DESC" if self.descending else self.sql
        if not self.nullable:  # said of a column that has none, it would keep the index from being read in order
            return way
        return f"{way} NULLS LAST" if self.descending else f"{way} NULLS FIRST"


_TIES = {"id": "int8", "datastream_id": "int4", "phenomenon_time": "timestamptz", "span": "int4"}


def keys(orderings: Sequence[tuple[Node, bool]], scope: Scope) -> list[Key]:
    """The keys of an ``$orderby``, closed by those that tell any two rows apart. Raises BadQuery."""
    if len(orderings) > MAX_KEYS:
        raise BadQuery(f"$orderby takes at most {MAX_KEYS} keys.", part="$orderby")
    found = [key for node, descending in orderings for key in _keys(node, descending, scope)]
    known = {key.sql for key in found}
    last = bool(found) and found[-1].descending
    return found + [key for key in ties(scope.entity, scope.root, descending=last) if key.sql not in known]


def ties(entity: EntityType, alias: str, *, descending: bool = False) -> list[Key]:
    """The keys in which an entity's rows come when nobody asks otherwise, and which tell any two apart."""
    columns = [on(one, alias) for one in entity.order]
    return [Key(sql, _TIES[sql.rpartition(".")[2]], descending, nullable=False) for sql in columns]


def _keys(node: Node, descending: bool, scope: Scope) -> Iterable[Key]:
    if scope.entity is OBSERVATIONS and isinstance(node, Name) and node.parts == ("phenomenonTime",):
        # The index holds begin and span; the end follows from them.
        yield Key(f"{scope.root}.phenomenon_time", "timestamptz", descending, nullable=False)
        yield Key(f"{scope.root}.span", "int4", descending, nullable=False)
        return
    if not any(isinstance(one, Name) for one in walk(node)):
        raise BadQuery("This orders nothing: it is the same for every entity.", part=node.text[:200])
    frame = Frame(scope)
    found = value(node, frame)
    if frame.many:
        raise BadQuery("Only relations to one entity can order.", part=node.text[:200])
    if found.literal is not None or found.type not in _PARTS:
        raise BadQuery("This cannot order anything.", part=node.text[:200])
    is_id = isinstance(node, Name) and node.parts[-1] in ("id", "@iot.id")
    for sql, cast in _PARTS[found.type](found, scope):
        yield Key(frame.scalar(sql), "int8" if is_id else cast, descending, nullable=not (is_id and not frame.joined))


Parts = Callable[[Value, Scope], list[tuple[str, str]]]
_PARTS: dict[Type, Parts] = {
    Type.NUMBER: lambda found, scope: [(found.sql, "float8")],
    Type.TEXT: lambda found, scope: [(values.text(found), "text")],
    Type.BOOLEAN: lambda found, scope: [(found.sql, "boolean")],
    Type.TIME: lambda found, scope: [(found.sql, "timestamptz")],
    Type.PERIOD: lambda found, scope: [(found.sql, "timestamptz"), (found.end, "timestamptz")],
    Type.DATE: lambda found, scope: [(found.sql, "date")],
    Type.CLOCK: lambda found, scope: [(found.sql, "time")],
    Type.ANY: lambda found, scope: [
        (_kind(found, scope), "int4"),
        (values.number(found, scope), "float8"),
        (values.text(found), "text"),
    ],
}


def _kind(found: Value, scope: Scope) -> str:
    """Of JSON, nothing comes first, then numbers, texts, and what has no order of its own."""
    return (
        f"(CASE WHEN {values.number(found, scope)} IS NOT NULL THEN 1 WHEN {values.text(found)} IS NOT NULL THEN 2"
        f" WHEN {values.missing(found)} THEN 0 ELSE 3 END)"
    )


def after(order: Sequence[Key], place: Sequence[Any], scope: Scope) -> str:
    """Condition: comes later in this order than the row with these key values."""
    ways: list[str] = []
    same: list[str] = []
    for key, found in zip(order, place, strict=True):
        bound = "NULL" if found is None else _bound(key, found, scope)
        beyond = _beyond(key, found is None, bound)
        if beyond:
            ways.append(" AND ".join([*same, beyond]))
        same.append(f"{key.sql} IS NULL" if found is None else f"{key.sql} = {bound}")
    condition = f"({' OR '.join(f'({way})' for way in ways)})" if ways else "false"
    first = order[0]
    if first.nullable or not ways:
        return condition
    sign = "<=" if first.descending else ">="
    return f"({first.sql} {sign} {_bound(first, place[0], scope)} AND {condition})"


def _bound(key: Key, found: Any, scope: Scope) -> str:
    """Times travel as the database writes them in UTC, without a zone."""
    if key.cast == "timestamptz":
        return f"({scope.bind(found, 'timestamp')} AT TIME ZONE 'UTC')"
    return scope.bind(found, key.cast)


def _beyond(key: Key, is_missing: bool, bound: str) -> str:
    if is_missing:
        return "" if key.descending else f"{key.sql} IS NOT NULL"
    if not key.descending:
        return f"{key.sql} > {bound}"
    return f"({key.sql} < {bound} OR {key.sql} IS NULL)" if key.nullable else f"{key.sql} < {bound}"


def token(place: Sequence[Any]) -> str:
    """The key values of a row as ``$skiptoken``."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def place_of(text: str, order: Sequence[Key]) -> list[Any]:
    """The key values in a ``$skiptoken``. Raises BadQuery for one that was not made for this order."""
    try:
        found = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, orjson.JSONDecodeError, ValueError) as error:
        raise _stale(text) from error
    if not isinstance(found, list) or len(found) != len(order):
        raise _stale(text)
    for key, one in zip(order, found, strict=True):
        if isinstance(one, (list, dict)) or (one is None and not key.nullable):
            raise _stale(text)
    return found


def _stale(text: str) -> BadQuery:
    return BadQuery("This $skiptoken was not made for this query.", part=text[:100], remedy="Begin without it.")

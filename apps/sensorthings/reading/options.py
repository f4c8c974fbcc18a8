"""Query options (OGC 18-088, section 9.3): from the query string to what is asked for, nested ``$expand`` included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from apps.sensorthings.entities import EntityType, target_of
from apps.sensorthings.errors import BadQuery, TooCostly
from apps.sensorthings.language import parsing
from apps.sensorthings.language.tree import Node

MAX_QUERY = 16_000
MAX_EXPAND_DEPTH = 6
MAX_EXPANDS = 30
MAX_SKIP = 10_000_000
FORMATS = ("dataArray", "CSV", "GeoJSON", "default")


@dataclass(slots=True)
class Options:
    """What one level is asked for. ``pairs`` are the options as they came, for the link to the next page."""

    filter: Node | None = None
    orderings: list[tuple[Node, bool]] = field(default_factory=list)
    top: int | None = None
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] | None = None
    expand: dict[str, Options] = field(default_factory=dict)
    token: str = ""
    format: str = "default"
    pairs: list[tuple[str, str]] = field(default_factory=list)


def parse(query: str, entity: EntityType) -> Options:
    """The options of a request about entities of this type. Raises BadQuery, TooCostly.

    ``%24filter`` is ``$filter``, a plus is a blank; parameters without a dollar are none of ours.
    """
    if len(query) > MAX_QUERY:
        raise TooCostly(f"A query has at most {MAX_QUERY} characters.", part="query")
    pairs = [(unquote_plus(name), unquote_plus(value)) for name, _eq, value in _split_pairs(query.split("&"))]
    return _Reader().read([pair for pair in pairs if pair[0].startswith("$")], entity, depth=0)


def _split_pairs(parts: Iterable[str]) -> list[tuple[str, str, str]]:
    return [part.partition("=") for part in parts if part]


@dataclass(slots=True)
class _Reader:
    """Counts the expansions of one request."""

    expands: int = 0

    def read(self, pairs: Sequence[tuple[str, str]], entity: EntityType, depth: int) -> Options:
        """The options of one level."""
        found = Options(pairs=list(pairs))
        seen: set[str] = set()
        for name, value in pairs:
            if name in seen:
                raise BadQuery("This option stands here twice.", part=name)
            seen.add(name)
            if name == "$expand":
                self._expand(value, entity, found, depth)
            elif name in _SIMPLE and (depth == 0 or name not in _TOP_ONLY):
                _SIMPLE[name](found, value, entity)
            else:
                raise BadQuery(f"There is no such option here; there are {', '.join(_KNOWN)}.", part=name[:100])
        return found

    def _expand(self, text: str, entity: EntityType, found: Options, depth: int) -> None:
        if depth >= MAX_EXPAND_DEPTH:
            raise TooCostly(f"$expand nests at most {MAX_EXPAND_DEPTH} deep.", part=text[:100])
        for item in split(text, ","):
            self.expands += 1
            if self.expands > MAX_EXPANDS:
                raise TooCostly(f"At most {MAX_EXPANDS} relations can be expanded at once.", part=text[:100])
            self._item(item.strip(), entity, found, depth)

    def _item(self, item: str, entity: EntityType, found: Options, depth: int) -> None:
        """``Datastreams``, ``Datastreams($top=1)`` or ``Datastreams/Sensor``."""
        path, bracket, rest = item.partition("(")
        if bracket and not rest.endswith(")"):
            raise BadQuery("A “)” is missing.", part=item[:100])
        first, slash, further = path.strip().partition("/")
        navigation = entity.navigations.get(first)
        if navigation is None:
            raise BadQuery(f"{entity} have no relation “{first}”.", part=item[:100])
        inner = rest[:-1] if bracket else ""
        pairs = [("$expand", f"{further}({inner})" if bracket else further)] if slash else _inner_pairs(inner)
        nested = self.read(pairs, target_of(navigation), depth + 1)
        found.expand[first] = _merged(found.expand[first], nested, item) if first in found.expand else nested


def _inner_pairs(text: str) -> list[tuple[str, str]]:
    parts = _split_pairs(part.strip() for part in split(text, ";"))
    return [(name.strip(), value) for name, _eq, value in parts]


def _merged(one: Options, other: Options, item: str) -> Options:
    """``Datastreams/Sensor,Datastreams/Thing`` is one expansion with two inside."""
    if {name for name, _value in (*one.pairs, *other.pairs)} - {"$expand"}:
        raise BadQuery("This relation is expanded twice with options of its own.", part=item[:100])
    for name, nested in other.expand.items():
        one.expand[name] = _merged(one.expand[name], nested, item) if name in one.expand else nested
    text = ",".join(value for pairs in (one.pairs, other.pairs) for _name, value in pairs)
    one.pairs = [("$expand", text)] if text else []
    return one


def split(text: str, separator: str) -> list[str]:
    """The parts of a list, with texts in quotes and what stands in parentheses left whole. Raises BadQuery."""
    parts, begin, depth, quoted = [], 0, 0, False
    for place, sign in enumerate(text):
        if sign == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth < 0:
                raise BadQuery("A “)” is too many.", part=text[:100])
        elif sign == separator and depth == 0:
            parts.append(text[begin:place])
            begin = place + 1
    if depth or quoted:
        raise BadQuery("A parenthesis or quote is not closed.", part=text[:100])
    return [*parts, text[begin:]]


def _filter(found: Options, text: str, entity: EntityType) -> None:
    found.filter = parsing.expression(text)


def _orderby(found: Options, text: str, entity: EntityType) -> None:
    found.orderings = parsing.orderings(text)


def _whole(name: str, text: str, most: int) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()) or len(text) > 12:
        raise BadQuery(f"{name} takes a whole number from 0.", part=f"{name}={text[:40]}")
    number = int(text)
    if number > most:
        raise TooCostly(f"{name} is at most {most}.", part=f"{name}={text}")
    return number


def _top(found: Options, text: str, entity: EntityType) -> None:
    found.top = _whole("$top", text, 10**12)


def _skip(found: Options, text: str, entity: EntityType) -> None:
    found.skip = _whole("$skip", text, MAX_SKIP)


def _count(found: Options, text: str, entity: EntityType) -> None:
    if text.strip().lower() not in ("true", "false"):
        raise BadQuery("$count is true or false.", part=f"$count={text[:40]}")
    found.count = text.strip().lower() == "true"


def _select(found: Options, text: str, entity: EntityType) -> None:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        first = "id" if name == "@iot.id" else name.partition("/")[0]
        if first not in entity.properties and name not in entity.navigations and name != "@iot.selfLink":
            raise BadQuery(f"{entity.singular} has no property “{name[:60]}”.", part=f"$select={text[:100]}")
    found.select = names


def _token(found: Options, text: str, entity: EntityType) -> None:
    found.token = text


def _format(found: Options, text: str, entity: EntityType) -> None:
    known = {name.lower(): name for name in FORMATS}
    if text.lower() not in known:
        raise BadQuery(f"$resultFormat is one of {', '.join(FORMATS)}.", part=f"$resultFormat={text[:40]}")
    found.format = known[text.lower()]


Read = Callable[[Options, str, EntityType], Any]
_SIMPLE: dict[str, Read] = {
    "$filter": _filter,
    "$orderby": _orderby,
    "$top": _top,
    "$skip": _skip,
    "$count": _count,
    "$select": _select,
    "$skiptoken": _token,
    "$resultFormat": _format,
}
_TOP_ONLY = ("$skiptoken", "$resultFormat")
_KNOWN = ("$expand", *_SIMPLE)

"""What an expression is once it is understood. ``text`` is always the piece of the query it came from, for messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration as ISO 8601 writes it."""

    iso: str


@dataclass(frozen=True, slots=True)
class Geometry:
    """A geometry literal as Well-known text."""

    wkt: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: int, float, str, bool, None, datetime (UTC), Period, date, time, Duration or Geometry."""

    value: int | float | str | bool | datetime | Period | date | time | Duration | Geometry | None
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A property, with relations or the inside of JSON joined by slashes: ``Thing/properties/owner``."""

    parts: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Unary:
    """``not`` or ``-`` before an expression."""

    operator: str
    operand: Node
    text: str


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions with and, or, a comparison or arithmetic between them."""

    operator: str
    left: Node
    right: Node
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Node, ...]
    text: str


Node = Literal | Name | Unary | Binary | Call
LOGICAL = ("and", "or")
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
ARITHMETIC = ("add", "sub", "mul", "div", "mod")


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    waiting: list[Any] = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, Unary):
            waiting.append(found.operand)
        elif isinstance(found, Binary):
            waiting += [found.left, found.right]
        elif isinstance(found, Call):
            waiting += found.arguments

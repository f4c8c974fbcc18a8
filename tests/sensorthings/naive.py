"""``$filter`` answered the slow and obvious way: over plain Python rows, one at a time, with three truth values.

Nothing here is shared with the compiler but the trees of the language.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from apps.sensorthings.language.tree import Binary, Call, Duration, Literal, Name, Node, Unary

Row = Mapping[str, Any]
Period = tuple[datetime, datetime]


class JsonValue:
    """A value whose type each row decides."""

    def __init__(self, value: Any) -> None:
        self.value = value


def matches(node: Node, row: Row) -> bool | None:
    """True, False, or None for unknown."""
    if isinstance(node, Binary) and node.operator in ("and", "or"):
        return _logical(node.operator, matches(node.left, row), matches(node.right, row))
    if isinstance(node, Unary) and node.operator == "not":
        inner = matches(node.operand, row)
        return None if inner is None else not inner
    found = _any(node, row)
    return _boolean(found)


def _any(node: Node, row: Row) -> Any:
    """The value of a predicate; over many related rows true where any satisfies it, and false where none does."""
    path = _relation(node, row)
    if path is None:
        return evaluate(node, row)
    return any(_boolean(evaluate(node, {**row, path: related})) is True for related in row[path])


def _relation(node: Node, row: Row) -> str | None:
    if isinstance(node, Name):
        first = node.parts[0]
        return first if isinstance(row.get(first), list) else None
    return next((found for one in _below(node) if (found := _relation(one, row))), None)


def _below(node: Node) -> list[Node]:
    if isinstance(node, Binary):
        return [node.left, node.right]
    if isinstance(node, Unary):
        return [node.operand]
    return list(node.arguments) if isinstance(node, Call) else []


def _boolean(value: Any) -> bool | None:
    if isinstance(value, JsonValue):
        return value.value if isinstance(value.value, bool) else None
    return value if value is None else bool(value)


def _logical(operator: str, left: bool | None, right: bool | None) -> bool | None:
    decisive = operator == "or"
    if decisive in (left, right):
        return decisive
    return None if None in (left, right) else not decisive


def evaluate(node: Node, row: Row) -> Any:
    """The value of an expression for one row."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Name):
        return _named(node, row)
    if isinstance(node, Call):
        return FUNCTIONS[node.name](*(evaluate(one, row) for one in node.arguments))
    if node.operator in ("and", "or", "not"):
        return matches(node, row)
    return _negated(node, row) if isinstance(node, Unary) else _between(node, row)


def _negated(node: Unary, row: Row) -> float | None:
    operand = _number(evaluate(node.operand, row))
    return None if operand is None else -operand


def _between(node: Binary, row: Row) -> Any:
    left, right = evaluate(node.left, row), evaluate(node.right, row)
    if node.operator in COMPARE:
        return compare(node.operator, left, right, node)
    return _arithmetic(node.operator, left, right)


def _named(node: Name, row: Row) -> Any:
    value: Any = row
    for place, part in enumerate(node.parts):
        if isinstance(value, JsonValue):
            inner = value.value
            if isinstance(inner, list):
                inner = inner[int(part)] if part.isdigit() and int(part) < len(inner) else None
            else:
                inner = inner.get(part) if isinstance(inner, dict) else None
            value = JsonValue(inner)
        else:
            value = value["id" if part == "@iot.id" and place == len(node.parts) - 1 else part]
    return value


def _number(value: Any) -> float | None:
    if isinstance(value, JsonValue):
        inner = value.value
        return float(inner) if isinstance(inner, (int, float)) and not isinstance(inner, bool) else None
    if isinstance(value, str):
        return float(value)
    return None if value is None else float(value)


def _text(value: Any) -> str | None:
    if isinstance(value, JsonValue):
        return value.value if isinstance(value.value, str) else None
    return None if value is None else str(value)


def _period(value: Any) -> Period | None:
    if isinstance(value, tuple):
        return value
    if isinstance(value, datetime):
        return value, value
    if isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return moment, moment
    return None


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}


def compare(operator: str, left: Any, right: Any, node: Binary) -> bool | None:
    """One of the six comparisons."""
    for one, other in ((node.left, right), (node.right, left)):
        if isinstance(one, Literal) and one.value is None:
            missing = other is None or (isinstance(other, JsonValue) and other.value is None)
            return {"eq": missing, "ne": not missing}.get(operator)
    if isinstance(left, JsonValue) or isinstance(right, JsonValue):
        return _compare_json(operator, left, right)
    if isinstance(left, (datetime, tuple)) or isinstance(right, (datetime, tuple)):
        return _compare_times(operator, left, right)
    if left is None or right is None:
        return None
    if isinstance(left, str) and isinstance(right, str):
        return COMPARE[operator](left.encode(), right.encode())
    return COMPARE[operator](left, right)


def _compare_json(operator: str, left: Any, right: Any) -> bool | None:
    for read in (_json_text, _json_number, _json_boolean):
        one, other = read(left, right), read(right, left)
        if one is not None and other is not None:
            return COMPARE[operator](one, other) if read is not _json_boolean or operator in ("eq", "ne") else None
    return None


def _json_text(value: Any, other: Any) -> bytes | None:
    text = value.value if isinstance(value, JsonValue) else value
    return text.encode() if isinstance(text, str) else None


def _json_number(value: Any, other: Any) -> float | None:
    inner = value.value if isinstance(value, JsonValue) else value
    if isinstance(inner, str) and not isinstance(value, JsonValue):
        try:
            return float(inner)
        except ValueError:
            return None
    return float(inner) if isinstance(inner, (int, float)) and not isinstance(inner, bool) else None


def _json_boolean(value: Any, other: Any) -> bool | None:
    inner = value.value if isinstance(value, JsonValue) else value
    return inner if isinstance(inner, bool) else None


def _compare_times(operator: str, left: Any, right: Any) -> bool | None:
    one, other = _period(left), _period(right)
    if one is None or other is None:
        return None
    return {
        "eq": one == other,
        "ne": one != other,
        "gt": one[0] > other[1],
        "ge": one[0] >= other[0],
        "lt": one[1] < other[0],
        "le": one[1] <= other[1],
    }[operator]


def _arithmetic(operator: str, left: Any, right: Any) -> Any:
    if isinstance(right, Duration):
        if left is None:
            return None
        shift = DURATIONS[right.iso] * (1 if operator == "add" else -1)
        return tuple(one + shift for one in left) if isinstance(left, tuple) else left + shift
    one, other = _number(left), _number(right)
    if one is None or other is None or (operator in ("div", "mod") and other == 0):
        return None
    return {
        "add": lambda: one + other,
        "sub": lambda: one - other,
        "mul": lambda: one * other,
        "div": lambda: one / other,
        "mod": lambda: one - other * math.trunc(one / other),
    }[operator]()


DURATIONS = {"PT1H": timedelta(hours=1), "P1D": timedelta(days=1), "PT90M": timedelta(minutes=90)}


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    def applied(*arguments: Any) -> Any:
        given = [_text(one) for one in arguments]
        return None if None in given else function(*given)

    return applied


def _numbers(function: Callable[[float], float]) -> Callable[..., Any]:
    def applied(argument: Any) -> Any:
        given = _number(argument)
        return None if given is None else float(function(given))

    return applied


def _moments(function: Callable[[datetime], Any]) -> Callable[..., Any]:
    def applied(argument: Any) -> Any:
        given = _period(argument)
        return None if given is None else function(given[0])

    return applied


def _relations(function: Callable[[Period, Period], bool]) -> Callable[..., Any]:
    def applied(left: Any, right: Any) -> Any:
        one, other = _period(left), _period(right)
        return None if one is None or other is None else function(one, other)

    return applied


def _substring(text: Any, start: float, length: float | None = None) -> Any:
    found = _text(text)
    if found is None:
        return None
    begin = max(0, math.floor(start))
    return found[begin:] if length is None else found[begin : begin + max(0, math.floor(length))]


def _clock(moment: datetime) -> time:
    return moment.time()


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "substringof": _texts(lambda needle, hay: needle in hay),
    "contains": _texts(lambda hay, needle: needle in hay),
    "startswith": _texts(lambda text, begin: text.startswith(begin)),
    "endswith": _texts(lambda text, end: text.endswith(end)),
    "length": _texts(len),
    "indexof": _texts(lambda hay, needle: hay.find(needle)),
    "substring": _substring,
    "tolower": _texts(str.lower),
    "toupper": _texts(str.upper),
    "trim": _texts(lambda text: text.strip(" ")),
    "concat": _texts(lambda one, other: one + other),
    "year": _moments(lambda moment: moment.year),
    "month": _moments(lambda moment: moment.month),
    "day": _moments(lambda moment: moment.day),
    "hour": _moments(lambda moment: moment.hour),
    "minute": _moments(lambda moment: moment.minute),
    "second": _moments(lambda moment: moment.second),
    "date": _moments(lambda moment: moment.date()),
    "time": _moments(_clock),
    "totaloffsetminutes": _moments(lambda _moment: 0),
    "round": _numbers(lambda x: math.copysign(math.floor(abs(x) + 0.5), x) if x else 0.0),
    "floor": _numbers(math.floor),
    "ceiling": _numbers(math.ceil),
    "before": _relations(lambda a, b: a[1] < b[0]),
    "after": _relations(lambda a, b: a[0] > b[1]),
    "meets": _relations(lambda a, b: a[1] == b[0]),
    "during": _relations(lambda a, b: a[0] >= b[0] and a[1] <= b[1]),
    "overlaps": _relations(lambda a, b: a[0] < b[1] and b[0] < a[1]),
    "starts": _relations(lambda a, b: a[0] == b[0] and a[1] <= b[1]),
    "finishes": _relations(lambda a, b: a[1] == b[1] and a[0] >= b[0]),
    "intersects": _relations(lambda a, b: a[0] <= b[1] and b[0] <= a[1]),
}

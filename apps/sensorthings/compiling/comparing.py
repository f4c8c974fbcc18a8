"""The six comparisons, by the types of both sides."""

from __future__ import annotations

from apps.sensorthings.compiling import values
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.compiling.values import Type, Value
from apps.sensorthings.errors import BadQuery

SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_MIRRORED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
TIMES = (Type.TIME, Type.PERIOD)


def compare(operator: str, left: Value, right: Value, scope: Scope) -> str:
    """The comparison as a condition. Raises BadQuery for types that do not go together."""
    if Type.NULL in (left.type, right.type):
        return _with_nothing(operator, left, right)
    if Type.ANY in (left.type, right.type):
        return _json(operator, left, right, scope)
    if left.type in TIMES or right.type in TIMES:
        return _times(operator, left, right, scope)
    if Type.NUMBER in (left.type, right.type):
        return _sign(operator, values.number(left, scope), values.number(right, scope))
    if left.type is not right.type or left.type is Type.GEOMETRY:
        raise _unlike(operator, left, right)
    if left.type is Type.TEXT:
        return _sign(operator, values.text(left), values.text(right))
    if left.type is Type.BOOLEAN and operator not in ("eq", "ne"):
        raise _unlike(operator, left, right)
    return _sign(operator, left.sql, right.sql)


def _sign(operator: str, left: str, right: str) -> str:
    return f"({left} {SIGNS[operator]} {right})"


def _unlike(operator: str, left: Value, right: Value) -> BadQuery:
    return BadQuery(
        f"“{operator}” cannot compare {left.type.value} with {right.type.value}.",
        part=f"{left.text} {operator} {right.text}"[:200],
    )


def _with_nothing(operator: str, left: Value, right: Value) -> str:
    other = right if left.type is Type.NULL else left
    if operator == "eq":
        return values.missing(other)
    if operator == "ne":
        return f"(NOT {values.missing(other)})"
    return "NULL::boolean"


def _json(operator: str, left: Value, right: Value, scope: Scope) -> str:
    """Texts with texts, numbers with numbers; a text literal that holds a number also compares with numbers."""
    if left.type is not Type.ANY:
        left, right, operator = right, left, _MIRRORED.get(operator, operator)
    ways: list[str] = []
    if right.type in (Type.TEXT, Type.ANY):
        ways.append(_sign(operator, values.text(left), values.text(right)))
    if right.type in (Type.NUMBER, Type.ANY) or values.number_in(right) is not None:
        ways.append(_sign(operator, values.number(left, scope), values.number(right, scope)))
    if right.type in (Type.BOOLEAN, Type.ANY) and operator in ("eq", "ne"):
        ways.append(_sign(operator, values.boolean(left), values.boolean(right)))
    if not ways:
        raise _unlike(operator, left, right)
    return ways[0] if len(ways) == 1 else f"coalesce({', '.join(ways)})"


def _times(operator: str, left: Value, right: Value, scope: Scope) -> str:
    """A period is after what ends before it begins; it is at or after a moment when it begins there or later.

    For moments these are the ordinary comparisons. The begin is compared even where the end would do, for an index
    knows only the begin.
    """
    begin, end = values.period(left, scope)
    other_begin, other_end = values.period(right, scope)
    same = f"({begin} = {other_begin} AND {end} = {other_end})"
    return {
        "eq": same,
        "ne": f"(NOT {same})",
        "gt": f"({begin} > {other_end})",
        "ge": f"({begin} >= {other_begin})",
        "lt": _both(begin, end, "<", other_begin),
        "le": _both(begin, end, "<=", other_end),
    }[operator]


def _both(begin: str, end: str, sign: str, other: str) -> str:
    return f"({begin} {sign} {other})" if begin == end else f"({begin} {sign} {other} AND {end} {sign} {other})"

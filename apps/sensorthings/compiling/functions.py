"""The functions of texts, times and numbers (OGC 18-088, table 24) as SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from apps.core import clock
from apps.sensorthings.compiling import values
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.compiling.values import Type, Value

Arguments = list[Value]
Function = Callable[[Arguments, Scope, str], Value]
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def _of_texts(kind: Type, template: str) -> Function:
    """A function whose arguments are all texts; ``{0}`` and ``{1}`` take them."""

    def compiled(arguments: Arguments, scope: Scope, text: str) -> Value:
        return Value(kind, template.format(*(values.text(one) for one in arguments)), text)

    return compiled


def _of_number(template: str) -> Function:
    def compiled(arguments: Arguments, scope: Scope, text: str) -> Value:
        return Value(Type.NUMBER, template.format(f"({values.number(arguments[0], scope)})::float8"), text)

    return compiled


def _of_moment(kind: Type, template: str) -> Function:
    """A function of one moment, which the template sees as UTC without a zone."""

    def compiled(arguments: Arguments, scope: Scope, text: str) -> Value:
        return Value(kind, template.format(f"(({values.moment(arguments[0], scope)}) AT TIME ZONE 'UTC')"), text)

    return compiled


def _fixed(moment: Callable[[], datetime]) -> Function:
    def compiled(arguments: Arguments, scope: Scope, text: str) -> Value:
        return Value(Type.TIME, scope.bind(moment(), "timestamptz"), text)

    return compiled


def _substring(arguments: Arguments, scope: Scope, text: str) -> Value:
    """Counts from 0; what begins before the text begins with it."""
    whole, start = values.text(arguments[0]), f"greatest(0, floor({values.number(arguments[1], scope)})::int)"
    if len(arguments) == 2:
        return Value(Type.TEXT, f"substr({whole}, {start} + 1)", text)
    length = f"greatest(0, floor({values.number(arguments[2], scope)})::int)"
    return Value(Type.TEXT, f"substr({whole}, {start} + 1, {length})", text)


def _part(name: str) -> Function:
    return _of_moment(Type.NUMBER, f"extract({name} FROM {{0}})::float8")


def _offset(arguments: Arguments, scope: Scope, text: str) -> Value:
    """All times here are UTC."""
    return Value(Type.NUMBER, f"(CASE WHEN ({values.moment(arguments[0], scope)}) IS NOT NULL THEN 0 END)", text)


# The default collation knows more letters than the one by code point.
_WIDE = '({0} COLLATE "default")'
FUNCTIONS: dict[str, tuple[tuple[int, ...], Function]] = {
    "substringof": ((2,), _of_texts(Type.BOOLEAN, "(strpos({1}, {0}) > 0)")),
    "contains": ((2,), _of_texts(Type.BOOLEAN, "(strpos({0}, {1}) > 0)")),
    "startswith": ((2,), _of_texts(Type.BOOLEAN, "starts_with({0}, {1})")),
    "endswith": ((2,), _of_texts(Type.BOOLEAN, "(right({0}, length({1})) = {1})")),
    "length": ((1,), _of_texts(Type.NUMBER, "length({0})")),
    "indexof": ((2,), _of_texts(Type.NUMBER, "(strpos({0}, {1}) - 1)")),
    "substring": ((2, 3), _substring),
    "tolower": ((1,), _of_texts(Type.TEXT, f"lower({_WIDE})")),
    "toupper": ((1,), _of_texts(Type.TEXT, f"upper({_WIDE})")),
    "trim": ((1,), _of_texts(Type.TEXT, "btrim({0})")),
    "concat": ((2,), _of_texts(Type.TEXT, "({0} || {1})")),
    "year": ((1,), _part("year")),
    "month": ((1,), _part("month")),
    "day": ((1,), _part("day")),
    "hour": ((1,), _part("hour")),
    "minute": ((1,), _part("minute")),
    "second": ((1,), _of_moment(Type.NUMBER, "floor(extract(second FROM {0}))::float8")),
    "fractionalseconds": (
        (1,),
        _of_moment(Type.NUMBER, "((extract(microseconds FROM {0})::bigint %% 1000000) / 1e6::float8)"),
    ),
    "date": ((1,), _of_moment(Type.DATE, "({0})::date")),
    "time": ((1,), _of_moment(Type.CLOCK, "({0})::time")),
    "totaloffsetminutes": ((1,), _offset),
    "now": ((0,), _fixed(clock.now)),
    "mindatetime": ((0,), _fixed(lambda: EARLIEST)),
    "maxdatetime": ((0,), _fixed(lambda: LATEST)),
    "round": ((1,), _of_number("(sign({0}) * floor(abs({0}) + 0.5))")),
    "floor": ((1,), _of_number("floor({0})")),
    "ceiling": ((1,), _of_number("ceil({0})")),
}
"""Per name: how many arguments it takes, and its SQL."""

"""Trees to SQL: conditions, and the values they are made of."""

from __future__ import annotations

from apps.sensorthings.compiling import functions, geometries, temporal, values
from apps.sensorthings.compiling.comparing import TIMES, compare
from apps.sensorthings.compiling.names import named
from apps.sensorthings.compiling.scope import Frame, Scope
from apps.sensorthings.compiling.values import Type, Value
from apps.sensorthings.errors import BadQuery
from apps.sensorthings.language.tree import COMPARISONS, LOGICAL, Binary, Call, Literal, Name, Node, Unary

_SIGNS = {"add": "+", "sub": "-", "mul": "*"}


def condition(node: Node, scope: Scope) -> str:
    """The SQL of a condition on the root's rows. Raises BadQuery naming the part at fault, TooCostly.

    Over many related rows each comparison is true where *any* of them satisfies it, and ``not`` where none does.
    """
    if isinstance(node, Binary) and node.operator in LOGICAL:
        parts = [condition(part, scope) for part in _chain(node)]
        return f"({f' {node.operator.upper()} '.join(parts)})"
    if isinstance(node, Unary) and node.operator == "not":
        scope.denied += 1
        denied = condition(node.operand, scope)
        scope.denied -= 1
        return f"(NOT {denied})"
    frame = Frame(scope)
    return frame.exists(values.boolean(value(node, frame)))


def _chain(node: Binary) -> list[Node]:
    """``a and b and c`` as three: a long chain must not become a deep one."""
    parts: list[Node] = []
    left: Node = node
    while isinstance(left, Binary) and left.operator == node.operator:
        parts.append(left.right)
        left = left.left
    return [left, *reversed(parts)]


def value(node: Node, frame: Frame) -> Value:
    """The SQL of any expression. Raises BadQuery, TooCostly."""
    if isinstance(node, Literal):
        return values.constant(node, frame.scope)
    if isinstance(node, Name):
        return named(node, frame)
    if isinstance(node, Call):
        return _call(node, frame)
    return _negated(node, frame) if isinstance(node, Unary) else _binary(node, frame)


def _binary(node: Binary, frame: Frame) -> Value:
    if node.operator in COMPARISONS:
        compared = compare(node.operator, value(node.left, frame), value(node.right, frame), frame.scope)
        return Value(Type.BOOLEAN, compared, node.text)
    if node.operator in LOGICAL:
        return Value(Type.BOOLEAN, condition(node, frame.scope), node.text)
    return _arithmetic(node, value(node.left, frame), value(node.right, frame), frame.scope)


def _negated(node: Unary, frame: Frame) -> Value:
    if node.operator == "not":
        return Value(Type.BOOLEAN, condition(node, frame.scope), node.text)
    operand = value(node.operand, frame)
    return Value(Type.NUMBER, f"(- ({values.number(operand, frame.scope)}))", node.text)


def _arithmetic(node: Binary, left: Value, right: Value, scope: Scope) -> Value:
    if Type.DURATION in (left.type, right.type):
        return _shifted(node, left, right)
    one = f"({values.number(left, scope)})::float8"
    other = f"({values.number(right, scope)})::float8"
    if node.operator in _SIGNS:
        return Value(Type.NUMBER, f"({one} {_SIGNS[node.operator]} {other})", node.text)
    # Divided by zero is no number, and no error either: one such row must not cost all others.
    quotient = f"({one} / nullif({other}, 0))"
    if node.operator == "div":
        return Value(Type.NUMBER, quotient, node.text)
    return Value(Type.NUMBER, f"({one} - {other} * trunc({quotient}))", node.text)


def _shifted(node: Binary, left: Value, right: Value) -> Value:
    """A time and a duration."""
    if node.operator not in ("add", "sub") or left.type not in TIMES or right.type is not Type.DURATION:
        raise BadQuery("A duration is added to a time or subtracted from one.", part=node.text[:200])
    sign = _SIGNS[node.operator]
    end = f"({left.end} {sign} {right.sql})" if left.end else ""
    return Value(left.type, f"({left.sql} {sign} {right.sql})", node.text, end=end)


def _call(node: Call, frame: Frame) -> Value:
    arguments = [value(argument, frame) for argument in node.arguments]
    name = node.name.lower()
    if name in functions.FUNCTIONS:
        counts, compiled = functions.FUNCTIONS[name]
        _expect(node, counts)
        return compiled(arguments, frame.scope, node.text)
    if name in temporal.RELATIONS:
        _expect(node, (2,))
        return temporal.relation(name, arguments, frame.scope, node.text)
    if name in geometries.FUNCTIONS:
        _expect(node, geometries.FUNCTIONS[name])
        return geometries.function(name, arguments, frame.scope, node.text)
    raise BadQuery(f"There is no function “{node.name}”.", part=node.text[:200])


def _expect(node: Call, counts: tuple[int, ...]) -> None:
    if len(node.arguments) not in counts:
        wanted = " or ".join(str(count) for count in counts)
        raise BadQuery(f"{node.name} takes {wanted} arguments.", part=node.text[:200])

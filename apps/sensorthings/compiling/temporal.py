"""How two times lie to each other (OGC 18-088, table 24; the relations are Allen's where these have a name for it)."""

from __future__ import annotations

from apps.sensorthings.compiling import values
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.compiling.values import Type, Value

# ``a`` and ``b`` begin, ``c`` and ``d`` end. Where the end is limited the begin is, too: an index knows the begin only.
RELATIONS = {
    "before": "({a} < {b} AND {c} < {b})",
    "after": "({a} > {d})",
    "meets": "({a} <= {b} AND {c} = {b})",
    "during": "({a} >= {b} AND {a} <= {d} AND {c} <= {d})",
    "overlaps": "({a} < {d} AND {b} < {c})",
    "starts": "({a} = {b} AND {c} <= {d})",
    "finishes": "({a} >= {b} AND {a} <= {d} AND {c} = {d})",
    "intersects": "({a} <= {d} AND {b} <= {c})",
}


def relation(name: str, arguments: list[Value], scope: Scope, text: str) -> Value:
    """The condition that the first time lies so to the second. Raises BadQuery."""
    begin, end = values.period(arguments[0], scope)
    other_begin, other_end = values.period(arguments[1], scope)
    return Value(Type.BOOLEAN, RELATIONS[name].format(a=begin, c=end, b=other_begin, d=other_end), text)

"""Walking observations, datastream by datastream: the index knows (datastream, span, time), and months lie apart.

One ORDER BY over all datastreams would sort whole months for every page. In place of it each datastream – and in it
each span, of which there are one or two – is walked in the order of the index and stops when it has enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.sensorthings.compiling.ordering import Key
from apps.sensorthings.sight import MASKED_ROW, ROW, WINDOW, Sight
from apps.sensorthings.sql import fill, id_array, select

# Every span of datastream ``l``, each found by one look into the index.
_SPANS = """(
    WITH RECURSIVE u (span) AS (
        SELECT -1
        UNION ALL
        SELECT (SELECT x.span FROM sensors_observation x WHERE x.datastream_id = l.id AND x.span > u.span
                ORDER BY x.span LIMIT 1)
        FROM u WHERE u.span IS NOT NULL
    ) SELECT span FROM u WHERE span >= 0
)"""


@dataclass(frozen=True, slots=True)
class Streams:
    """The datastreams ``l`` that are walked: as a table, with its parameters; ``windowed``: with limits beside ids."""

    table: str
    params: dict[str, Any]
    windowed: bool

    @property
    def inside(self) -> str:
        """Condition: row ``o`` may be seen."""
        return WINDOW if self.windowed else "true"


def streams(sight: Sight, ids: list[int] | None = None) -> Streams:
    """These visible datastreams, or all there are."""
    if ids is None and sight.everything:
        return Streams("(SELECT d.id FROM sensors_datastream d) AS l", {}, windowed=False)
    chosen = sorted(sight.access.datastream_ids) if ids is None else ids
    if len(chosen) == 1 and chosen[0] not in sight.limits:
        # Of an array PostgreSQL cannot know the length, so it would not plan the statement once.
        return Streams("(SELECT %(l_id)s::int4 AS id) AS l", {"l_id": chosen[0]}, windowed=False)
    if not any(pk in sight.limits for pk in chosen):
        return Streams("unnest(%(l_ids)s::int4[]) AS l (id)", {"l_ids": id_array(chosen)}, windowed=False)
    table = (
        "unnest(%(l_ids)s::int4[], %(l_start)s::text[]::timestamptz[], %(l_until)s::text[]::timestamptz[],"
        " %(l_below)s::int4[]) AS l (id, start, until, below)"
    )
    return Streams(table, {f"l_{name}": one for name, one in sight.limits_of(chosen).items()}, windowed=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of the rows ``a0``: the select list, a condition, the order, how many after how many skipped."""

    columns: str
    where: str
    order: list[Key]
    limit: int
    skip: int


def rows_of(found: Streams, more: str = "true") -> str:
    """The visible rows of datastream ``l``, as a table to be joined laterally."""
    columns = MASKED_ROW if found.windowed else ROW
    where = f"o.datastream_id = l.id AND {more} AND {found.inside}"
    return select(columns, "sensors_observation o", where)


def page(found: Streams, wanted: Wanted, start: int | None = None) -> str:
    """One page over all these datastreams together; ``start``: none before this one has rows that are wanted."""
    if _by_time(wanted.order) is None:
        return _sorted(found, wanted)
    reach = Wanted("a0.*", wanted.where, wanted.order, wanted.limit + wanted.skip, 0)
    walk = {"rows": _walk(found, reach), "columns": wanted.columns, **_cut(wanted)}
    if wanted.order[0].sql == "a0.datastream_id":
        # A nested loop over ordered datastreams gives ordered rows, and stops early; sorting would read them all.
        walk["table"] = _in_turn(found, start)
        return fill("SELECT $columns FROM $table CROSS JOIN LATERAL $rows AS a0 LIMIT $limit OFFSET $skip", **walk)
    walk |= {"table": found.table, "order": _order(wanted.order)}
    return fill(
        "SELECT $columns FROM $table CROSS JOIN LATERAL $rows AS a0 ORDER BY $order LIMIT $limit OFFSET $skip", **walk
    )


def groups(found: Streams, wanted: Wanted, most: int) -> str:
    """One page for each datastream; at most ``most`` rows in all."""
    if _by_time(wanted.order) is None:
        inner = fill(
            "(SELECT a0.* FROM $rows AS a0 WHERE $where ORDER BY $order LIMIT $limit OFFSET $skip)",
            rows=rows_of(found),
            where=wanted.where,
            order=_order(wanted.order),
            **_cut(wanted),
        )
    else:
        inner = _walk(found, wanted)
    return fill(
        "SELECT $columns FROM $table CROSS JOIN LATERAL $rows AS a0 LIMIT $most",
        columns=wanted.columns,
        table=found.table,
        rows=inner,
        most=str(most),
    )


def latest(found: Streams, columns: str) -> str:
    """The last observation of each datastream by the time that its state keeps: one look into one month."""
    return fill(
        "SELECT $columns FROM $table JOIN sensors_datastreamstate s ON s.datastream_id = l.id CROSS JOIN LATERAL"
        " (SELECT a0.* FROM $rows AS a0 ORDER BY a0.span DESC LIMIT 1) AS a0",
        columns=columns,
        table=found.table,
        rows=rows_of(found, "o.phenomenon_time = s.last_time"),
    )


def _sorted(found: Streams, wanted: Wanted) -> str:
    return fill(
        "SELECT $columns FROM $table CROSS JOIN LATERAL $rows AS a0 WHERE $where"
        " ORDER BY $order LIMIT $limit OFFSET $skip",
        columns=wanted.columns,
        table=found.table,
        rows=rows_of(found),
        where=wanted.where,
        order=_order(wanted.order),
        **_cut(wanted),
    )


def _by_time(order: list[Key]) -> bool | None:
    """Whether the walk along time is descending; None where the order is another one."""
    names = [key.sql for key in order]
    begin = 1 if names[0] == "a0.datastream_id" else 0
    if names[begin : begin + 2] != ["a0.phenomenon_time", "a0.span"] or (begin and order[0].descending):
        return None
    return order[begin].descending


def _walk(found: Streams, wanted: Wanted) -> str:
    """Rows of datastream ``l`` along time, merged over its spans."""
    way = "DESC" if _by_time(wanted.order) else "ASC"
    each = fill(
        "(SELECT a0.* FROM $rows AS a0 WHERE $where ORDER BY a0.phenomenon_time $way LIMIT $reach)",
        rows=rows_of(found, "o.span = s.span"),
        where=wanted.where,
        way=way,
        reach=str(wanted.limit + wanted.skip),
    )
    return fill(
        "(SELECT a0.* FROM $spans AS s CROSS JOIN LATERAL $each AS a0"
        " ORDER BY a0.phenomenon_time $way, a0.span $way LIMIT $limit OFFSET $skip)",
        spans=_SPANS,
        each=each,
        way=way,
        **_cut(wanted),
    )


def _in_turn(found: Streams, start: int | None) -> str:
    first = "" if start is None else f" WHERE l.id >= {int(start)}"
    return fill("(SELECT l.* FROM $table$first ORDER BY l.id) AS l", table=found.table, first=first)


def _order(keys: list[Key]) -> str:
    return ", ".join(key.ordering for key in keys)


def _cut(wanted: Wanted) -> dict[str, str]:
    return {"limit": str(int(wanted.limit)), "skip": str(int(wanted.skip))}

"""Hypothesis strategies for rows of observations."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from apps.wire import canonical
from apps.wire.columns import DELETED, TIME_END, Columns, columns

Row = tuple[int, int, int, float | None, int, str | None]

EXTRAS = st.dictionaries(
    st.sampled_from(["result", "quality", "ä"]), st.integers(-9, 9) | st.text("aé\n", max_size=3), max_size=2
).map(lambda value: canonical.dumps(value).decode()) | st.integers(0, 2**53 - 1).map('{{"resultTime":{}}}'.format)
RESULTS = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-999, 999, places=2).map(float)
VALUES = st.tuples(RESULTS, st.just(0), st.none() | EXTRAS)
SILENT = st.tuples(st.none(), st.sampled_from([1, 2]), st.none())
TIMES = st.integers(0, TIME_END - 1) | st.integers(0, 40).map(lambda step: 1_704_067_200_000_000 + step * 900_000_000)
ROWS = st.builds(
    lambda stream, time, span, value: (stream, time, span, *value),
    st.integers(0, 3) | st.integers(0, 2**31 - 1),
    TIMES,
    st.sampled_from([0, 0, 900, 2**31 - 1]),
    VALUES | SILENT,
)
TABLES = st.lists(ROWS, max_size=30, unique_by=lambda row: row[:3])


def table(rows: list[Row]) -> Columns:
    """The rows as columns, in the order given."""
    stream, time, span, result, flag, extra = zip(*rows, strict=True) if rows else ([],) * 6
    numbers = [float("nan") if value is None else value for value in result]
    return columns(stream=stream, time=time, span=span, result=numbers, flag=flag, extra=list(extra))


def listed(held: Columns) -> list[Row]:
    """The columns as rows again."""
    extra = held.extra if held.extra is not None else [None] * len(held)
    results = [None if math.isnan(value) else value for value in held.result.tolist()]
    return list(
        zip(
            held.stream.tolist(),
            held.time.tolist(),
            held.span.tolist(),
            results,
            held.flag.tolist(),
            extra,
            strict=True,
        )
    )


def without_deleted(rows: list[Row]) -> list[Row]:
    """The rows a table would still hold."""
    return [row for row in rows if row[4] != DELETED]

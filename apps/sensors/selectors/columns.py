"""Query results as numpy columns: each column travels as one binary array.

Up to twice as fast as COPY, whose rows are a protocol message each (docs/decisions/0005-observations.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apps.core.statements import Params, with_values
from apps.sensors.selectors.arrays import HOST, Kind, fetch_row, read_array


@dataclass(frozen=True, slots=True)
class Column:
    """A result column: its name in the array and its PostgreSQL type (``time`` is timestamptz)."""

    name: str
    kind: Kind


def copy_columns(sql: str, params: Params = None, *, columns: Sequence[Column]) -> npt.NDArray[np.void]:
    """Run a SELECT on Django's connection, in its current transaction; returns a structured array in host byte order.

    ``columns`` name the SELECT's columns from left to right. Times are µs since 1970 UTC (``arrays.NEVER`` for
    -infinity). Null is NaN in a float8, None in a text; in other columns it is an error (ValueError): wrap them in
    ``coalesce``. Columns without nulls and texts are taken over at a million rows a second and more, others element by
    element.
    """
    names = ", ".join(f"c{place}" for place in range(len(columns)))
    return fetch_arrays(f"{select_arrays(len(columns))} FROM ({sql}) AS q ({names})", params, columns=columns)


def select_arrays(columns: int) -> str:
    """A SELECT list that turns the columns ``c0``, ``c1`` … into what ``fetch_arrays`` reads."""
    return "SELECT " + ", ".join(f"array_send(array_agg(c{place}))" for place in range(columns))


def fetch_arrays(sql: str, params: Params = None, *, columns: Sequence[Column]) -> npt.NDArray[np.void]:
    """Like ``copy_columns`` for a statement that answers one row of ``array_send(array_agg(…))``.

    For statements that cannot stand in a FROM clause, such as those that write.
    """
    fields = fetch_row(with_values(sql, params))
    arrays = [read_array(column.kind, field) for column, field in zip(columns, fields, strict=True)]
    taken = np.empty(len(arrays[0]), dtype=np.dtype([(column.name, HOST[column.kind]) for column in columns]))
    for column, values in zip(columns, arrays, strict=True):
        taken[column.name] = values
    return taken

"""Observations as columns: for charts condensed, for exports row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STATISTICS: Mapping[int, str] = {0: "", 1: "mean", 2: "min", 3: "max", 4: "count", 5: "sum"}
"""What a row's ``statistic`` number means; 0 is a single reading."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """One line of a chart, at most as many points as were asked for, ascending in time; arrays of equal length.

    ``time`` µs UTC: of the reading where a point stands for one, else the start of its slot of ``step`` µs (0: no
    condensing). ``least``, ``most``, ``mean`` over the point's values, NaN where every one was suppressed; ``count``
    values and ``suppressed`` values behind a point. A slot without any row has no point: it is missing, not zero.
    ``expected`` µs after which the next value is overdue, 0 if unknown: a line should break there.
    """

    datastream_id: int
    statistic: str
    name: str
    unit_symbol: str
    time: Int64s
    least: Floats
    mean: Floats
    most: Floats
    count: Int64s
    suppressed: Int64s
    step: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """Rows of an export by (datastream, time, span, statistic); arrays of equal length.

    ``datastream`` int32, ``statistic`` int8 (``STATISTICS``), ``time`` µs UTC, ``span`` seconds, ``result`` NaN for
    null, ``suppressed`` bool: something was counted, too little to tell. ``extra`` canonical JSON by row number, for
    the few that carry more than a number. ``cursor`` is where the rows after these begin, '' at the end.
    """

    datastream: npt.NDArray[np.int32]
    statistic: npt.NDArray[np.int8]
    time: Int64s
    span: npt.NDArray[np.int32]
    result: Floats
    suppressed: npt.NDArray[np.bool_]
    extra: Mapping[int, str]
    cursor: str = ""

    def __len__(self) -> int:
        return len(self.time)


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how many rows an export will have, and bytes by format (csv, json, geojson, parquet)."""

    rows: int
    bytes: Mapping[str, int]

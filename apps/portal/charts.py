"""Series as lines of a chart and as rows of the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.utils.functional import Promise

from apps.holdings.types import Series
from apps.portal import words
from apps.sensors.types import datetime_of, shown_unit

GAP: Final = 2.5
"""A line breaks where this many times the expected interval (or slot) goes by without a value."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One moment (start of the slot, UTC) and a value for each line, in their order; None where there is none."""

    time: datetime
    values: tuple[float | None, ...]


def label(line: Series) -> str:
    """The line's name, with the statistic where it shows one."""
    statistic: str | Promise = words.STATISTICS.get(line.statistic, "")
    return f"{line.name} ({statistic})" if statistic else line.name


def lines(found: Sequence[Series], *, owner: str = "") -> list[dict[str, Any]]:
    """JSON of each line: ``label``, ``unit``, ``times`` (seconds), ``values`` (null: the line breaks, or withheld)."""
    return [
        {
            "label": f"{owner}: {label(line)}" if owner else label(line),
            "unit": shown_unit(line.unit_symbol),
            **_columns(line),
        }
        for line in found
    ]


def _columns(line: Series) -> dict[str, list[float | None]]:
    times = line.time / 1e6
    values = [None if np.isnan(value) else round(float(value), 4) for value in line.mean]
    wide = max(line.expected, line.step) * GAP / 1e6
    breaks = np.flatnonzero(np.diff(times) > wide) if wide else np.array([], dtype=np.int64)
    told: list[float | None] = [float(moment) for moment in times]
    for at in reversed(breaks.tolist()):
        told.insert(at + 1, float(times[at] + wide / GAP))
        values.insert(at + 1, None)
    return {"times": told, "values": values}


def table(found: Sequence[Series]) -> list[TableRow]:
    """The lines side by side by the start of their slots, latest first."""
    moments: dict[int, list[float | None]] = {}
    for index, line in enumerate(found):
        slots = line.time - line.time % line.step if line.step else line.time
        for moment, value in zip(slots.tolist(), line.mean.tolist(), strict=True):
            row = moments.setdefault(moment, [None] * len(found))
            row[index] = None if np.isnan(value) else value
    return [TableRow(datetime_of(moment), tuple(moments[moment])) for moment in sorted(moments, reverse=True)]

"""Sorting out rows that cannot be stored, each with its reason; the others go on."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from apps.sensors.types import EARLIEST, LATEST, Readings, Reason, Rejection

Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Screening:
    """Which rows are still good, and why the others are not."""

    good: Mask
    rejected: list[Rejection] = field(default_factory=list)

    def reject(self, bad: Mask, reason: Reason, detail: str, values: npt.NDArray[np.generic]) -> None:
        """Take out the rows of ``bad`` that are still good; ``detail`` gets the value as ``{}``."""
        rows = np.flatnonzero(bad & self.good)
        if len(rows):
            self.rejected += [Rejection(int(row), reason, detail.format(values[row])) for row in rows]
            self.good[rows] = False


def screen(readings: Readings) -> tuple[Screening, list[str | None] | None]:
    """Judge every row by itself. Returns the screening and the ``extra`` column in the form the database takes."""
    screening = Screening(np.ones(len(readings), dtype=np.bool_))
    time, result = readings.time, readings.result
    screening.reject(
        (time < EARLIEST) | (time >= LATEST), Reason.TIME_OUT_OF_RANGE, "{} µs lies outside the years 1970–2100", time
    )
    screening.reject(readings.span < 0, Reason.NEGATIVE_SPAN, "an interval cannot last {} s", readings.span)
    screening.reject(np.isinf(result), Reason.NOT_FINITE, "{} is not a finite number", result)
    if readings.result_time is not None:
        late = readings.result_time >= LATEST
        screening.reject(late, Reason.RESULT_TIME_OUT_OF_RANGE, "{} µs lies after 2100", readings.result_time)
    return screening, _screen_extra(readings, screening)


def _screen_extra(readings: Readings, screening: Screening) -> list[str | None] | None:
    if readings.extra is None:
        return None
    column = list(readings.extra)
    seen: dict[str, str | None] = {}
    for row, text in enumerate(column):
        if text is None:
            continue
        if text not in seen:
            seen[text] = storable_json(text)
        column[row] = seen[text]
        if seen[text] is None and screening.good[row]:
            screening.good[row] = False
            screening.rejected.append(Rejection(row, Reason.BAD_EXTRA, f"not a storable JSON object: {text[:80]!r}"))
    return column if any(text is not None for text in column) else None


def storable_json(text: str) -> str | None:
    """The JSON object as PostgreSQL's jsonb can take it, or None: no NaN, no NUL, no lone surrogates, not too deep."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        if not isinstance(value, dict):
            return None
        plain = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        plain.encode()
    except (ValueError, RecursionError):
        return None
    return None if "\\u0000" in plain else plain


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number

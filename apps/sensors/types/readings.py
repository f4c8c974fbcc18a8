"""Readings as columns: what an intake or a page hands over, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware datetime, exact."""
    return (moment - UNIX_EPOCH) // MICROSECOND


def datetime_of(microseconds: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970; raises OverflowError outside the years 1–9999."""
    return UNIX_EPOCH + timedelta(microseconds=int(microseconds))


EARLIEST = micros(datetime(1970, 1, 1, tzinfo=UTC))
"""The first moment that can be stored (µs UTC), inclusive."""
LATEST = micros(datetime(2101, 1, 1, tzinfo=UTC))
"""The moment after the last that can be stored (µs UTC), exclusive: the years 1970 to 2100."""

FLAG_VALUE = 0
FLAG_SUPPRESSED = 1
FLAG_DELETED = 2
SUPPRESSED_EXTRA = '{"suppressed":true}'
"""How a replica keeps "there is a value, but it is too small to tell": result null and exactly this extra."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Columns of equal length, one row per reading.

    ``datastream`` ids; ``time`` µs since 1970 UTC (begin of an interval); ``span`` seconds, 0 for an instant;
    ``result`` with NaN for null; ``result_time`` µs UTC, negative for null; ``feature`` ids, 0 for null; ``extra``
    JSON objects as text (non-numeric ``result``, ``quality``, ``parameters``), None where there is none.
    A column that is None is null in every row.
    """

    datastream: Int32s
    time: Int64s
    span: Int32s
    result: Floats
    result_time: Int64s | None = None
    feature: Int32s | None = None
    extra: Sequence[str | None] | None = None

    def __post_init__(self) -> None:
        columns = (self.time, self.span, self.result, self.result_time, self.feature, self.extra)
        if any(column is not None and len(column) != len(self.datastream) for column in columns):
            raise ValueError("the columns of readings differ in length")

    def __len__(self) -> int:
        return len(self.datastream)

    @classmethod
    def build(
        cls,
        *,
        datastream: npt.ArrayLike,
        time: npt.ArrayLike,
        result: npt.ArrayLike,
        span: npt.ArrayLike = 0,
        result_time: npt.ArrayLike | None = None,
        feature: npt.ArrayLike | None = None,
        extra: Sequence[str | None] | None = None,
    ) -> Readings:
        """Readings from any array-likes; ``span`` may be one number for all; None in ``result`` becomes NaN."""
        times = np.ascontiguousarray(time, dtype=np.int64)
        return cls(
            datastream=np.ascontiguousarray(datastream, dtype=np.int32),
            time=times,
            span=np.ascontiguousarray(np.broadcast_to(np.asarray(span, dtype=np.int32), times.shape)),
            result=np.ascontiguousarray(result, dtype=np.float64),
            result_time=None if result_time is None else np.ascontiguousarray(result_time, dtype=np.int64),
            feature=None if feature is None else np.ascontiguousarray(feature, dtype=np.int32),
            extra=extra,
        )

    def take(self, rows: npt.NDArray[np.intp]) -> Readings:
        """The given rows, in the given order."""
        return Readings(
            datastream=self.datastream[rows],
            time=self.time[rows],
            span=self.span[rows],
            result=self.result[rows],
            result_time=None if self.result_time is None else self.result_time[rows],
            feature=None if self.feature is None else self.feature[rows],
            extra=None if self.extra is None else [self.extra[row] for row in rows.tolist()],
        )

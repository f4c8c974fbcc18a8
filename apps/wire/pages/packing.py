"""Numbers made small and back: differences within a series, decimals as integers, the narrowest type.

Rows are in (stream, time, span) order, so a *run* is the stretch of rows of one stream. Each value is
written as the difference to the row before; the first row of a run as the difference to the first row of the
run before; the very first row is the base, written apart. Regular series then become zeros and small numbers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from apps.wire.columns import Ints, Mask

TIME_UNITS: Final = (60_000_000, 1_000_000, 1_000, 1)
MAX_SCALE: Final = 9
NARROW: Final = (np.int8, np.int16, np.int32, np.int64)
_EXACT = 2**53
_SAMPLE = 512

SignedInts = npt.NDArray[np.signedinteger]


def run_starts(stream: npt.NDArray[np.integer]) -> Mask:
    """True at the first row of each run."""
    starts = np.ones(len(stream), np.bool_)
    np.not_equal(stream[1:], stream[:-1], out=starts[1:])
    return starts


def differences(values: Ints, starts: Mask) -> tuple[int, SignedInts]:
    """(base, differences in the narrowest type); the first difference is 0."""
    if not len(values):
        return 0, np.zeros(0, np.int8)
    steps = np.diff(values, prepend=values[0])
    firsts = values[starts]
    steps[starts] = np.diff(firsts, prepend=firsts[0])
    return int(values[0]), narrowest(steps)


def restore(base: int, steps: npt.NDArray[np.integer], starts: Mask) -> Ints:
    """The values behind ``differences``; sums wrap like int64, so the caller checks their range."""
    if not len(steps):
        return np.zeros(0, np.int64)
    wide = steps.astype(np.int64)
    heads = np.cumsum(wide[starts]) + np.int64(base)
    wide[starts] = 0
    sums = np.cumsum(wide)
    runs = np.cumsum(starts) - 1
    return np.asarray(sums + (heads - sums[starts])[runs])


def narrowest(values: Ints) -> SignedInts:
    """The same values in the smallest signed type that holds them all."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    fitting = next(kind for kind in NARROW if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
    return values.astype(fitting)


def time_unit(time: Ints) -> int:
    """The largest of 60 s, 1 s, 1 ms, 1 µs (in µs) that divides every time."""
    return next(unit for unit in TIME_UNITS if not (time % unit).any())


def decimal_scale(result: npt.NDArray[np.float64]) -> int:
    """The number of decimals with which most of the finite results are exact, at least half of a sample; else 0."""
    finite = result[~np.isnan(result)]
    sample = finite[:: max(1, len(finite) // _SAMPLE)]
    counts = [int(exact(sample, scale)[1].sum()) for scale in range(MAX_SCALE + 1)]
    best = max(counts, default=0)
    return counts.index(best) if 2 * best >= len(sample) else 0


def exact(result: npt.NDArray[np.float64], scale: int) -> tuple[Ints, Mask]:
    """(mantissas, where they are exact): ``mantissa / 10**scale`` in float64 is the very result."""
    factor = 10.0**scale
    with np.errstate(invalid="ignore", over="ignore"):
        mantissa = np.rint(result * factor)
        fits = (np.abs(mantissa) < _EXACT) & (mantissa / factor == result)
    return np.where(fits, mantissa, 0.0).astype(np.int64), fits


def carried(values: Ints, present: Mask, starts: Mask) -> Ints:
    """``values`` with the absent ones chosen so that their difference is 0.

    Within a run that is the last one present; at the start of a run the (carried) start of the run before.
    """
    if present.all():
        return values
    filled = np.where(present, values, 0)
    filled[starts] = _last_present(filled[starts], present[starts])
    return _last_present(filled, present | starts)


def _last_present(values: Ints, present: Mask) -> Ints:
    last = np.maximum.accumulate(np.where(present, np.arange(len(values)), -1))
    return np.where(last >= 0, values[last], 0)

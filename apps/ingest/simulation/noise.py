"""Chance that can be repeated: a value depends on the seed and the moment alone, never on what was asked before."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]


def seed_of(*parts: object) -> int:
    """A 64-bit seed from words and numbers."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:8], "big")


def white(seed: int, steps: Times) -> Values:
    """One independent value in [−1, 1) for each whole number (the mixing function of SplitMix64)."""
    with np.errstate(over="ignore"):
        z = steps.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    mixed: Values = (z >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1.0
    return mixed


def smooth(seed: int, seconds: Times, period: int) -> Values:
    """A curve in [−1, 1] that wanders on the scale of ``period`` seconds, without corners."""
    step, rest = np.divmod(seconds, period)
    share = rest / period
    eased = share * share * share * (share * (6.0 * share - 15.0) + 10.0)
    before, after = white(seed, step), white(seed, step + 1)
    curve: Values = before + (after - before) * eased
    return curve

"""Chance that can be repeated."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from apps.ingest.simulation import noise


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40), st.integers(1, 50))
def test_a_value_depends_on_seed_and_moment_alone(seed: int, start: int, length: int) -> None:
    whole = noise.smooth(seed, np.arange(start, start + length, dtype=np.int64), 17)
    single = [float(noise.smooth(seed, np.array([start + n], np.int64), 17)[0]) for n in range(length)]
    assert whole.tolist() == single


def test_values_stay_within_one_and_fill_the_range() -> None:
    values = noise.smooth(1, np.arange(0, 1_000_000, 100, dtype=np.int64), 1_000)
    assert np.abs(values).max() <= 1.0
    assert values.min() < -0.9
    assert values.max() > 0.9
    assert abs(values.mean()) < 0.1


def test_seeds_differ() -> None:
    steps = np.arange(100, dtype=np.int64)
    assert (noise.white(1, steps) != noise.white(2, steps)).all()

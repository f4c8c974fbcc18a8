"""Horizons: a bucket is out only once closed and delayed; time never takes anything back but by the window."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.policies import horizons
from apps.policies.terms import RESOLUTIONS, Terms
from tests.policies.strategies import durations, moments, terms


@given(terms(), moments, durations)
def test_the_horizon_only_grows(given_terms: Terms, at: datetime, later: timedelta) -> None:
    first, second = horizons.horizon(given_terms, at), horizons.horizon(given_terms, at + later)
    assert (first.until_us is None) == (second.until_us is None)
    assert first.until_us is None or second.until_us is None or first.until_us <= second.until_us
    assert first.start_us is None or second.start_us is None or first.start_us <= second.start_us


@given(terms(), moments)
def test_no_bucket_is_out_before_it_is_closed_and_delayed(given_terms: Terms, at: datetime) -> None:
    bucket = horizons.bucket_us(given_terms)
    until = horizons.horizon(given_terms, at).until_us
    if bucket is not None and until is not None:
        assert until % bucket == 0
        assert until + horizons.duration_us(given_terms.delay) <= horizons.to_us(at)
        assert until + bucket + horizons.duration_us(given_terms.delay) > horizons.to_us(at)


def test_an_hour_is_out_exactly_at_its_end_plus_delay() -> None:
    hourly = Terms(resolution="PT1H", statistics=("mean",), delay=timedelta(minutes=30))
    nine = horizons.to_us(datetime(2026, 3, 1, 9, tzinfo=UTC))
    assert horizons.horizon(hourly, datetime(2026, 3, 1, 9, 29, 59, tzinfo=UTC)).until_us == nine - 3_600_000_000
    assert horizons.horizon(hourly, datetime(2026, 3, 1, 9, 30, tzinfo=UTC)).until_us == nine


def test_a_delayed_value_is_out_exactly_after_its_delay() -> None:
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    until = horizons.horizon(Terms(delay=timedelta(minutes=5)), at).until_us
    assert until == horizons.to_us(at - timedelta(minutes=5)) + 1


def test_a_window_cuts_whole_buckets() -> None:
    daily = Terms(resolution="P1D", statistics=("mean",), window=timedelta(days=2))
    start = horizons.horizon(daily, datetime(2026, 3, 10, 15, tzinfo=UTC)).start_us
    assert start == horizons.to_us(datetime(2026, 3, 9, tzinfo=UTC))


def test_raw_without_delay_has_no_end() -> None:
    assert horizons.horizon(Terms(), datetime(2026, 3, 1, tzinfo=UTC)) == horizons.Horizon(None, None)


def _disclosed(given_terms: Terms, at: datetime) -> tuple[float, float]:
    """The time that is out, as numbers: from and until."""
    found = horizons.horizon(given_terms, at)
    return (
        -math.inf if found.start_us is None else found.start_us,
        math.inf if found.until_us is None else found.until_us,
    )


def _is_within(coarse: Terms, fine: Terms, at: datetime) -> bool:
    (start, until), (fine_start, fine_until) = _disclosed(coarse, at), _disclosed(fine, at)
    return start >= fine_start and until <= fine_until


@given(terms(), moments, durations)
def test_a_longer_delay_and_a_shorter_window_never_let_more_out(
    given_terms: Terms, at: datetime, more: timedelta
) -> None:
    assert _is_within(replace(given_terms, delay=given_terms.delay + more), given_terms, at)
    window = more if given_terms.window is None else min(more, given_terms.window)
    assert _is_within(replace(given_terms, window=window), given_terms, at)


@given(terms(), moments, st.sampled_from(RESOLUTIONS), st.sampled_from(RESOLUTIONS))
def test_a_coarser_resolution_never_lets_more_out(given_terms: Terms, at: datetime, one: str, other: str) -> None:
    coarse, fine = (
        replace(given_terms, resolution=name, statistics=() if name == "raw" else ("mean",))
        for name in sorted((one, other), key=RESOLUTIONS.index, reverse=True)
    )
    assert _is_within(coarse, fine, at)


@given(moments)
def test_a_day_is_a_day_in_utc_whatever_the_local_clock_says(at: datetime) -> None:
    until = horizons.horizon(Terms(resolution="P1D", statistics=("mean",)), at).until_us
    assert until is not None
    assert horizons.EPOCH + timedelta(microseconds=until) == at.replace(hour=0, minute=0, second=0, microsecond=0)

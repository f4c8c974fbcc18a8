"""Horizons: a bucket is out only once closed and delayed; time never takes anything back but by the window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given

from apps.policies import horizons
from apps.policies.terms import Terms
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

"""Callers are told apart for a day and never known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django import Settings

from apps.core import visitors

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def name(address: str, *, at: datetime = NOON, forwarded: str = "") -> str:
    """The pseudonym of a caller from this address."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return visitors.pseudonym(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers), at=at)


def test_one_caller_has_one_name_for_a_day_and_another_the_next() -> None:
    assert name("192.0.2.1") == name("192.0.2.1", at=NOON + timedelta(hours=11))
    assert len({name("192.0.2.1"), name("192.0.2.2"), name("192.0.2.1", at=NOON + timedelta(hours=12))}) == 3


def test_without_the_salt_of_the_day_nobody_can_find_the_name_again() -> None:
    before = name("192.0.2.1")
    cache.clear()
    assert name("192.0.2.1") != before
    assert "192.0.2.1" not in before


def test_a_household_counts_as_one() -> None:
    assert name("2001:db8::1") == name("2001:db8::2") != name("2001:db8:0:1::1")


@pytest.mark.parametrize(
    ("trusted", "forwarded", "same_as"),
    [(0, "198.51.100.7", "10.0.0.1"), (1, "1.2.3.4, 198.51.100.7", "198.51.100.7"), (2, "198.51.100.7", "10.0.0.1"),
     (2, "6.6.6.6, 198.51.100.7, 10.0.0.9", "198.51.100.7")],
)  # fmt: skip
def test_only_proxies_of_ones_own_are_believed(trusted: int, forwarded: str, same_as: str, settings: Settings) -> None:
    settings.NODE = settings.NODE.model_copy(update={"trusted_proxies": trusted})
    told = name("10.0.0.1", forwarded=forwarded)
    settings.NODE = settings.NODE.model_copy(update={"trusted_proxies": 0})
    assert told == name(same_as)

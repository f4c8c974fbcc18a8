"""Moments on the command line."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

import pytest

from apps.core import clock
from apps.ingest import arguments


def test_moments_are_local_unless_they_name_a_zone() -> None:
    assert arguments.moment("2024-07-01").astimezone(UTC) == datetime(2024, 6, 30, 22, tzinfo=UTC)
    assert arguments.moment("2024-07-01T00:00Z") == datetime(2024, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"), [("7d", timedelta(days=7)), ("12h", timedelta(hours=12)), ("5m", timedelta(minutes=5))]
)
def test_spans_count_back_from_now(monkeypatch: pytest.MonkeyPatch, text: str, span: timedelta) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert arguments.moment(text) == now - span


@pytest.mark.parametrize("text", ["", "d", "yesterday", "99999999d", "²d"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        arguments.moment(text)

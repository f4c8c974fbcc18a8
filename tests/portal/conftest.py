"""Fixtures of the portal's tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apps.portal import counting, live
from tests.portal import town


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Answers and counts that a process keeps must not pass from test to test."""
    live.forget()
    counting.forget()
    yield
    live.forget()
    counting.forget()


@pytest.fixture
def made(db: None) -> dict[str, Any]:
    """A small town."""
    return town.build()

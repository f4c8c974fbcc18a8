"""Fixtures of the portal's tests."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from apps.portal import counting, live
from tests.keeping import Kept
from tests.portal import town


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Answers and counts that a process keeps must not pass from test to test."""
    live.forget()
    counting.forget()
    yield
    live.forget()
    counting.forget()


@pytest.fixture(scope="module")
def built(kept: Kept) -> dict[str, Any]:
    """A small town, built once for the tests of a module."""
    with kept():
        return town.build()


@pytest.fixture
def made(built: dict[str, Any], db: None) -> dict[str, Any]:
    """A small town."""
    return deepcopy(built)

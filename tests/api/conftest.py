"""Fixtures of the API's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.api import shelf


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    """Calls of other tests do not throttle this one."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sets(db: None) -> dict[str, int]:
    """Datasets of every kind; datastreams by key."""
    return shelf.fill()

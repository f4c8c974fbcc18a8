"""Fixtures of the API's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.api import shelf
from tests.keeping import Kept


@pytest.fixture(autouse=True)
def nothing_counted(settings: Settings) -> Iterator[None]:
    """Calls throttle no test but the one about it."""
    settings.NODE = settings.NODE.model_copy(update={"api_calls_per_minute": 100_000})
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def shelves(kept: Kept) -> dict[str, int]:
    """Datasets of every kind, made once for the tests of a module."""
    with kept():
        return shelf.fill()


@pytest.fixture
def sets(shelves: dict[str, int], db: None) -> dict[str, int]:
    """Datasets of every kind; datastreams by key."""
    return dict(shelves)

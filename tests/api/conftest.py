"""Fixtures of the API's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.api import shelf


@pytest.fixture(autouse=True)
def nothing_counted(settings: Settings) -> Iterator[None]:
    """Calls throttle no test but the one about it."""
    settings.NODE = settings.NODE.model_copy(update={"api_calls_per_minute": 100_000})
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sets(db: None) -> dict[str, int]:
    """Datasets of every kind; datastreams by key."""
    return shelf.fill()

"""What every test may ask for."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

pytest_plugins = (
    "tests.browser.chromium",
    "tests.browser.door",
    "tests.browser.provider",
    "tests.databases",
    "tests.keeping",
)
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """Without servers there is nothing to test against."""
    if not os.environ.get("DATABASE_URL"):
        raise pytest.UsageError("Start the tests with ./owl test – it brings up PostgreSQL and Valkey for them.")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded to know the tests stays until the end: no search for garbage needs to go through it."""
    gc.freeze()


@pytest.fixture(scope="session")
def shared_path() -> Path:
    """The folder of recordings and official schemas beside the checkout; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (recordings and official schemas), which is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True)
def counting_begins_anew() -> None:
    """What earlier tests asked for throttles no later one, however many of them a minute runs."""
    cache.clear()


@pytest.fixture(autouse=True)
def one_node() -> Iterator[None]:
    """A test that was another city leaves none of it behind: the next would speak in that city's name."""
    before = settings.NODE
    yield
    assert settings.NODE is before, "put settings.NODE back"


@pytest.fixture(autouse=True)
def language_of_the_code() -> Iterator[None]:
    """A page that was asked for in German leaves its language in the thread; the next test begins in English again."""
    translation.activate("en")
    yield
    translation.deactivate()

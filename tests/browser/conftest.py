"""Pages of a live server in the browser."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.looking import Look, Visit
from tests.browser.windows import Windows


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """The windows of a test. Fails at the end when a page asked for anything outside or broke its security policy."""
    opened = Windows(browser)
    yield opened
    assert opened.close() == []


@pytest.fixture
def visit(windows: Windows, live_server: LiveServer) -> Visit:
    """``visit("/path", Look(language="en", width=320))``: a page of the node, in a fresh context of its own."""

    def open_page(path: str, look: Look | None = None) -> Page:
        page = windows.open(live_server.url, look)
        page.goto(path)
        return page

    return open_page


@pytest.fixture(scope="session")
def gzipped() -> Callable[[bytes], int]:
    """How many bytes an answer is on its way: production and demo send everything compressed."""
    return lambda body: len(gzip.compress(body, 9))


@pytest.fixture
def page(visit: Visit) -> Page:
    """An empty page that resolves addresses against the node: German, light, 1280 px wide."""
    return visit("/robots.txt")

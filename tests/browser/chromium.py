"""The one Chromium of a test process: for pages of a live server and for journeys through real nodes alike."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from owlnode.embedded import chromium
from tests.browser.looking import AXE


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window; tests skip with a sentence where it, or axe, is missing."""
    if not AXE.is_file():
        pytest.skip("needs axe-core from npm: ./owl test installs it")
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = chromium.launch(playwright)
        if started is None:
            pytest.skip("needs Chromium: apt-get install chromium-headless-shell")
        yield started
        started.close()

"""One Chromium a worker, and pages of a live server in it."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from owlnode.embedded import debian
from tests.browser.looking import AXE, Look, Visit

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window; tests skip with a sentence where it, or axe, is missing."""
    program = debian.find("chromium")
    if program is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    if not AXE.is_file():
        pytest.skip("needs axe-core from npm: ./owl test installs it")
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """``visit("/path", Look(language="en", width=320))``: a page of the node, in a fresh context of its own.

    Fails at the end when a page asked for anything outside the node or broke its security policy.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, look: Look | None = None) -> Page:
        look = look or Look()
        context = browser.new_context(
            base_url=live_server.url,
            locale="de-DE" if look.language == "de" else "en-GB",
            color_scheme="dark" if look.theme == "dark" else "light",
            viewport={"width": look.width, "height": 900},
            java_script_enabled=look.javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _inside(request.url, live_server.url, faults))
        page.on("console", lambda message: _quiet(message, faults))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "status of 4" not in fault] == []


@pytest.fixture(scope="session")
def gzipped() -> Callable[[bytes], int]:
    """How many bytes an answer is on its way: production and demo send everything compressed."""
    return lambda body: len(gzip.compress(body, 9))


@pytest.fixture
def page(visit: Visit) -> Page:
    """An empty page that resolves addresses against the node: German, light, 1280 px wide."""
    return visit("/robots.txt")


def _inside(address: str, root: str, faults: list[str]) -> None:
    if not address.startswith((root, "data:", "blob:", "about:")):
        faults.append(f"asked for {address}")


def _quiet(message: ConsoleMessage, faults: list[str]) -> None:
    if message.type == "error":
        faults.append(message.text)

"""One region for all tests of whole nodes: they share its processes, each with sensors and datasets of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from owlnode.embedded import places
from owlnode.region.home import Home
from owlnode.tour.door import sign_in
from tests.browser.windows import Windows
from tests.nodes.door import Enter
from tests.nodes.ground import furnish
from tests.nodes.region import HERFORD, NAMES, PATIENCE_SECONDS, Region


@pytest.fixture(scope="session")
def region(migrated: str) -> Iterator[Region]:
    """Bielefeld and Detmold running and trusting each other; Herford trusted, with keys but without processes.

    The database keeps what it committed even when it is killed (``durable``): the tests count on that.
    """
    folder = Path(tempfile.mkdtemp(prefix="owl-n-"))
    folder.chmod(0o755)
    home = Home(folder)
    home.occupy()
    furnish(folder, list(NAMES), migrated)
    made = Region(home)
    try:
        made.open()
        yield made
    finally:
        made.close()
        home.leave()
        shutil.rmtree(places.server_home(folder), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def enter(browser: Browser, region: Region) -> Iterator[Enter]:
    """``enter(city)`` or ``enter(city, "owner")``: a window of a citizen's, or of somebody who has signed in there.

    Fails at the end when a page asked for anything outside its node or broke its security policy.
    """
    windows = Windows(browser)

    def open_window(city: str, role: str = "") -> Page:
        page = windows.open(region.engine.nodes[city].url)
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        if role:
            sign_in(page, role, region.password(city, role))
        return page

    yield open_window
    assert windows.close() == []


@pytest.fixture
def herford(region: Region) -> Iterator[str]:
    """Herford, running while the test does."""
    region.run(HERFORD)
    yield HERFORD
    region.engine.stop_node(HERFORD)

"""One region for all tests of whole nodes: they share its processes, each with sensors and datasets of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from owlnode.embedded import places
from owlnode.region.home import Home
from tests.nodes.region import Region


@pytest.fixture(scope="session")
def region() -> Iterator[Region]:
    """Bielefeld and Detmold running and trusting each other; Herford trusted, with keys but without processes.

    The database keeps what it committed even when it is killed (``durable``): the tests count on that.
    """
    folder = Path(tempfile.mkdtemp(prefix="owl-n-"))
    folder.chmod(0o755)
    home = Home(folder)
    home.occupy()
    made = Region(home)
    try:
        made.open()
        yield made
    finally:
        made.close()
        home.leave()
        shutil.rmtree(places.server_home(folder), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)

"""A region whose supervisor is killed leaves no process behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from owlnode.embedded import places
from owlnode.region.node import ROOT
from tests.nodes.ground import borrow_files, furnish
from tests.nodes.region import BIELEFELD, PATIENCE_SECONDS, Region, free_ports

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]
SUPERVISOR = """
import sys, time
from pathlib import Path
from owlnode.region.engine import Engine
from owlnode.region.home import Home
home = Home(Path(sys.argv[1]))
home.occupy()
with Engine(home, [("bielefeld", "Bielefeld")], int(sys.argv[2]), durable=False) as engine:
    engine.start_nodes()
    engine.ask("bielefeld", "streams", recorded=False)
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def folder(region: Region, migrated: str) -> Iterator[Path]:
    """A home with a short path that the database's own user may enter."""
    made = Path(tempfile.mkdtemp(prefix="owl-l-"))
    made.chmod(0o755)
    furnish(made, [BIELEFELD], migrated)
    borrow_files(made, region.engine.home.path)
    yield made
    shutil.rmtree(places.server_home(made), ignore_errors=True)
    shutil.rmtree(made, ignore_errors=True)


def test_when_the_supervisor_is_killed_every_process_of_its_region_ends(folder: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(folder), str(free_ports(1))],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "up\n"
    family = psutil.Process(supervisor.pid).children(recursive=True)
    kinds = {word for process in family for word in _words(process)}
    assert {"uvicorn", "worker", "beat", "region", "owlnode.embedded.reaper"} <= kinds
    assert {"postgres", "valkey-server"} <= {process.name() for process in family}
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and any(_lives(process) for process in family):
        time.sleep(0.1)
    assert [process for process in family if _lives(process)] == []


def _words(process: psutil.Process) -> list[str]:
    return process.cmdline()


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

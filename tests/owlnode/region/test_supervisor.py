"""The supervisor: a killed child is noticed and started again; stopping leaves nothing."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from owlnode.embedded.reaper import Reaper
from owlnode.region.supervisor import Supervisor


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    made = Supervisor(Reaper())
    yield made
    made.stop()
    made.reaper.close()


def test_a_killed_child_is_named_and_restarted(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(
        "sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], env=os.environ, log=tmp_path / "l"
    )
    ward = supervisor.wards["sleeper"]
    assert ward.process is not None
    first = ward.process.pid
    os.kill(first, signal.SIGKILL)
    deadline, dead = time.monotonic() + 20, list[str]()
    while time.monotonic() < deadline and not (dead and ward.is_running):
        dead += supervisor.watch()
        time.sleep(0.05)
    assert dead == ["sleeper"]
    assert ward.process is not None
    assert ward.process.pid != first


def test_stopping_ends_even_a_child_that_ignores_the_request(supervisor: Supervisor, tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    supervisor.add("stubborn", [sys.executable, "-c", code], env=os.environ, log=tmp_path / "l")
    process = supervisor.wards["stubborn"].process
    assert process is not None
    supervisor.stop(seconds=0.5)
    assert process.poll() is not None

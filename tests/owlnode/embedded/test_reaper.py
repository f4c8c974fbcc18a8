"""The reaper: whatever happens to the supervisor, its children end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil

SUPERVISOR = """
import subprocess, sys, time
from owlnode.embedded.reaper import Reaper
reaper = Reaper()
sleeper = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", sleeper], start_new_session=True, stdout=subprocess.PIPE)
child.stdout.readline()
reaper.watch(child.pid)
print(child.pid, reaper.process.pid, flush=True)
time.sleep(600)
"""


def test_a_killed_supervisor_leaves_no_child_even_a_stubborn_one() -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child, watcher = (int(word) for word in supervisor.stdout.readline().split())
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (_lives(child) or _lives(watcher)):
        time.sleep(0.05)
    assert not _lives(child)
    assert not _lives(watcher)


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

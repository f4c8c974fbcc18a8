"""Keeps processes running: notices a killed child, restarts it, and leaves none behind."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from owlnode.embedded import child
from owlnode.embedded.reaper import Reaper, signal_group

LONGEST_PAUSE_SECONDS = 10.0
CALM_SECONDS = 20.0


@dataclass
class Ward:
    """One supervised process."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    restarts: int = field(default=0)

    @property
    def is_running(self) -> bool:
        """Whether the process is there right now."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Call ``watch`` often from the main thread; everything else follows."""

    def __init__(self, reaper: Reaper) -> None:
        self.reaper = reaper
        self.wards: dict[str, Ward] = {}

    def add(self, name: str, command: list[str], *, env: Mapping[str, str], log: Path) -> None:
        """Start a process and keep it running from now on."""
        ward = Ward(name, command, env, log)
        self.wards[name] = ward
        self._start(ward)

    def watch(self) -> list[str]:
        """Restart what has ended, each time a little later; returns the names of those found dead."""
        dead = []
        for ward in self.wards.values():
            if ward.is_running:
                continue
            if ward.process is not None:
                dead.append(ward.name)
                self._bury(ward)
            if time.monotonic() >= ward.not_before:
                self._start(ward)
        return dead

    def stop(self, names: list[str] | None = None, *, seconds: float = 12) -> None:
        """Ask the named processes (all when None) to end together, then kill what is left of their groups."""
        wards = [ward for name, ward in self.wards.items() if names is None or name in names]
        for ward in wards:
            if ward.process is not None and ward.is_running:
                ward.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        for ward in wards:
            while ward.is_running and time.monotonic() < deadline:
                time.sleep(0.02)
            if ward.process is not None:
                child.stop(ward.process, seconds=0.1)
                self.reaper.forget(ward.process.pid)
            self.wards.pop(ward.name)

    def _start(self, ward: Ward) -> None:
        ward.log.parent.mkdir(parents=True, exist_ok=True)
        with ward.log.open("ab") as log:
            ward.process = child.start(ward.command, log=log, env=ward.env, death_signal=signal.SIGTERM)
        ward.started = time.monotonic()
        self.reaper.watch(ward.process.pid)

    def _bury(self, ward: Ward) -> None:
        """Kill what a dead leader left in its group and choose when to start again."""
        if ward.process is None:
            return
        signal_group(ward.process.pid, signal.SIGKILL)
        self.reaper.forget(ward.process.pid)
        lived = time.monotonic() - ward.started
        ward.failures = 0 if lived > CALM_SECONDS else ward.failures + 1
        ward.restarts += 1
        ward.process = None
        ward.not_before = time.monotonic() + min(LONGEST_PAUSE_SECONDS, 0.2 * 2**ward.failures)

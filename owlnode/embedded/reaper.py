"""A watcher that outlives its supervisor by seconds only, to stop what the supervisor left behind.

It reads lines ``+PID SIGNAL`` and ``-PID`` from a pipe. When the pipe closes – the supervisor ended, however – every
process group still on its list gets its signal, and SIGKILL three seconds later. Works wherever there are pipes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import IO

GRACE_SECONDS = 3.0


class Reaper:
    """The supervisor's end: tells the watcher which process groups there are."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, "-m", "owlnode.embedded.reaper"],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def watch(self, pid: int, sign: signal.Signals = signal.SIGTERM) -> None:
        """Put a process group on the list."""
        self._tell(f"+{pid} {int(sign)}\n")

    def forget(self, pid: int) -> None:
        """Take a process group off the list: it has ended."""
        self._tell(f"-{pid}\n")

    def close(self) -> None:
        """Let the watcher end; it stops what is still on its list."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        self.process.wait()

    def _tell(self, line: str) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.write(line)
                self.process.stdin.flush()


def watch(lines: IO[str]) -> None:
    """The watcher's end: follow the list until the pipe closes, then stop everything on it."""
    groups: dict[int, int] = {}
    for line in lines:
        words = line[1:].split()
        if line.startswith("+"):
            groups[int(words[0])] = int(words[1])
        else:
            groups.pop(int(words[0]), None)
    for group, sign in groups.items():
        signal_group(group, sign)
    deadline = time.monotonic() + GRACE_SECONDS
    while groups and time.monotonic() < deadline:
        time.sleep(0.05)
        groups = {group: sign for group, sign in groups.items() if signal_group(group, 0)}
    for group in groups:
        signal_group(group, signal.SIGKILL)


def signal_group(group: int, sign: int) -> bool:
    """Send a signal to a process group; False when there is none any more."""
    try:
        os.killpg(group, sign)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watch(sys.stdin)

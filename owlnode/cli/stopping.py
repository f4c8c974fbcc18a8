"""Being told to stop is like Ctrl-C: what was started is stopped in its order, and nothing stays behind."""

from __future__ import annotations

import signal
from types import FrameType


def like_ctrl_c() -> None:
    """From now on SIGTERM and SIGHUP raise KeyboardInterrupt in the main thread."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt

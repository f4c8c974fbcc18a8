"""From a thread into the loop and back: what a thread asks of the loop ends when the loop does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as NotYet
from typing import Any, TypeVar

T = TypeVar("T")
LOOK_SECONDS = 1.0


class LoopEnded(OSError):
    """The process stops: nobody takes what a thread still has to send, or sends what it still wants to read."""


def have_done(coroutine: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    """Have the loop run the coroutine, and wait; returns what it returns. Raises what it raises, and LoopEnded."""
    try:
        answer = asyncio.run_coroutine_threadsafe(coroutine, loop)
    except RuntimeError as problem:
        coroutine.close()
        raise LoopEnded("the loop is closed") from problem
    while True:
        try:
            return answer.result(LOOK_SECONDS)
        except NotYet:
            if not loop.is_running():
                raise LoopEnded("the loop has ended") from None

"""Group commit: calls that arrive while another is being carried out are carried out together next.

Threads wait in ``Gathering.submit``; whoever finds nobody at work does the work for all that wait, then hands over to
the first of those that came meanwhile. There is no thread of its own to die and no time-out to wait for: one lonely
call is carried out at once, and under load the groups grow by themselves. Where the last group was one of several, its
callers are about to come again: the next leader waits as long as they do, a few milliseconds, instead of working for
the first of them alone. Every caller gets its own answer after the work for its group is done – whatever the work
commits is committed by then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


PAUSE_SECONDS = 0.002
"""Nobody new for this long: nobody else is coming."""
PATIENCE_SECONDS = 0.03
"""A leader waits no longer than this altogether."""


class _Call(Generic[T, R]):
    """One waiting caller. ``turn`` is released when its answer is there, or when it is its turn to lead."""

    __slots__ = ("answer", "done", "error", "item", "turn")

    def __init__(self, item: T) -> None:
        self.item = item
        self.turn = threading.Lock()
        self.turn.acquire()
        self.done = False
        self.answer: R | None = None
        self.error: BaseException | None = None


class Gathering(Generic[T, R]):
    """``work`` takes the items of a group and returns as many answers, in their order; it may raise for all of them."""

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], *, limit: int = 1000) -> None:
        self._work = work
        self._limit = limit
        self._guard = threading.Lock()
        self._waiting: list[_Call[T, R]] = []
        self._busy = False
        self._last = 1

    def submit(self, item: T) -> R:
        """Have the item carried out in a group; returns its answer, or raises what the work raised for the group."""
        call: _Call[T, R] = _Call(item)
        with self._guard:
            self._waiting.append(call)
            lead, self._busy = not self._busy, True
        if not lead:
            call.turn.acquire()
        if not call.done:
            self._lead()
        if call.error is not None:
            raise call.error
        return call.answer  # type: ignore[return-value]  # done without error: the answer is there

    def _lead(self) -> None:
        """Carry out the group at the head of the line, in which the leader itself stands, and pass the lead on."""
        self._wait_for_others()
        with self._guard:
            group, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
        self._last = len(group)
        try:
            self._carry_out(group)
        finally:
            with self._guard:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            if following is not None:
                following.turn.release()
            for call in group:
                call.turn.release()

    def _wait_for_others(self) -> None:
        """Let as many come as came together last time, while they keep coming."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen = 0
        while seen < (here := len(self._waiting)) < self._last and time.monotonic() < deadline:
            seen = here
            time.sleep(PAUSE_SECONDS)

    def _carry_out(self, group: list[_Call[T, R]]) -> None:
        try:
            for call, answer in zip(group, self._work([call.item for call in group]), strict=True):
                call.answer = answer
        except BaseException as problem:  # handed to every caller of the group, who raises it in its own thread
            for call in group:
                call.error = problem
        finally:
            for call in group:
                call.done = True

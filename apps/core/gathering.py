"""Group commit: calls that arrive while others are carried out are carried out together next.

All of it runs in one event loop, but for the work itself, which may wait for a database and has a thread of its own.
One lonely call is carried out at once, and under load the groups grow by themselves. Where the last group was one of
several, its callers are about to come again: the next waits as long as they do, a few milliseconds, instead of being
begun for the first of them alone. Every caller gets its own answer after the work for its group is done – whatever the
work commits is committed by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


PAUSE_SECONDS = 0.002
"""Nobody new for this long: nobody else is coming."""
PATIENCE_SECONDS = 0.03
"""A group waits no longer than this altogether."""


class Gathering(Generic[T, R]):
    """``work`` takes the items of a group and returns as many answers, in their order; it may raise for all of them.

    To be used from one loop at a time, as a process that serves has one. The thread starts with the first call.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], *, limit: int = 1000) -> None:
        self._work = work
        self._limit = limit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gathering")
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._leader: asyncio.Task[None] | None = None
        self._last = 1

    async def submit(self, item: T) -> R:
        """Have the item carried out in a group; returns its answer, or raises what the work raised for the group."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._waiting.append((item, answer))
        if self._leader is None:
            self._leader = loop.create_task(self._lead())
        return await answer

    async def _lead(self) -> None:
        """Carry out group after group until nobody waits."""
        try:
            while self._waiting:
                await self._wait_for_others()
                group, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
                self._last = len(group)
                await self._carry_out(group)
        finally:
            self._leader = None

    async def _wait_for_others(self) -> None:
        """Let as many come as came together last time, while they keep coming."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        seen = 0
        while seen < (here := len(self._waiting)) < self._last and loop.time() < deadline:
            seen = here
            await asyncio.sleep(PAUSE_SECONDS)

    async def _carry_out(self, group: list[tuple[T, asyncio.Future[R]]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.run_in_executor(self._thread, self._done, [item for item, _answer in group])
        except BaseException as problem:  # handed to every caller of the group, who raises it in its own task
            for _item, answer in group:
                if not answer.done():
                    answer.set_exception(problem)
            if isinstance(problem, asyncio.CancelledError):
                raise
            return
        for (_item, answer), given in zip(group, answers, strict=True):
            if not answer.done():  # whoever went away meanwhile has cancelled theirs
                answer.set_result(given)

    def _done(self, items: list[T]) -> Sequence[R]:
        answers = self._work(items)
        if len(answers) != len(items):
            raise RuntimeError(f"{len(items)} calls got {len(answers)} answers")
        return answers

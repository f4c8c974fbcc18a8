"""Between a thread and the loop: answers come back, and nobody waits for a loop that has ended."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from owlnode.serving import crossing
from owlnode.serving.crossing import LoopEnded, have_done
from tests.loops import run


async def doubled(number: int) -> int:
    """A little work in the loop."""
    await asyncio.sleep(0)
    if number < 0:
        raise ValueError("no")
    return 2 * number


def test_a_thread_has_the_loop_do_something_and_learns_what_came_of_it() -> None:
    async def loop_for(number: int) -> int:
        return await asyncio.to_thread(have_done, doubled(number), asyncio.get_running_loop())

    assert run(loop_for(2)) == 4
    with pytest.raises(ValueError, match="no"):
        run(loop_for(-1))


def test_a_thread_does_not_wait_for_a_loop_that_stops_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "LOOK_SECONDS", 0.05)
    loop, asked = asyncio.new_event_loop(), threading.Event()

    async def never() -> None:
        asked.set()
        await asyncio.Event().wait()

    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(loop.run_forever)
        waiting = pool.submit(have_done, never(), loop)
        assert asked.wait(20)
        loop.call_soon_threadsafe(loop.stop)
        running.result(20)
        with pytest.raises(LoopEnded, match="has ended"):
            waiting.result(20)
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def test_a_loop_that_is_closed_is_not_waited_for_at_all() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    with pytest.raises(LoopEnded, match="is closed"):
        have_done(doubled(1), loop)

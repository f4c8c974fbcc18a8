"""Group commit: every caller gets its own answer, after the work for its group."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from apps.core import gathering as gathering_module
from apps.core.gathering import Gathering
from tests.loops import run


@dataclass
class Held:
    """Work that doubles its items, and waits in the first group until it is let go."""

    groups: list[list[int]] = field(default_factory=list)
    started: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.groups.append(list(items))
        self.started.set()
        assert self.go_on.wait(20)
        return [item * 2 for item in items]

    async def begun(self) -> None:
        """Wait until the first group is being worked on."""
        assert await asyncio.to_thread(self.started.wait, 20)


async def let_come() -> None:
    """Let every task that was made get as far as it gets."""
    for _turn in range(3):
        await asyncio.sleep(0)


async def during_the_first(gathering: Gathering[int, int], work: Held, count: int) -> list[int]:
    """What becomes of so many calls, all but the first of which arrive while that one is carried out."""
    first = asyncio.create_task(gathering.submit(0))
    await work.begun()
    others = [asyncio.create_task(gathering.submit(n)) for n in range(1, count)]
    await let_come()
    work.go_on.set()
    return list(await asyncio.gather(first, *others))


def test_a_lonely_call_is_carried_out_at_once_and_alone() -> None:
    work = Held()
    work.go_on.set()
    gathering = Gathering(work)

    async def calls() -> list[int]:
        return [await gathering.submit(1), await gathering.submit(2)]

    assert run(calls()) == [2, 4]
    assert work.groups == [[1], [2]]


def test_calls_that_arrive_during_work_are_carried_out_together_in_their_order() -> None:
    work = Held()
    gathering = Gathering(work)

    assert run(during_the_first(gathering, work, 33)) == [2 * n for n in range(33)]
    assert work.groups == [[0], list(range(1, 33))]


def test_a_group_has_a_limit() -> None:
    work = Held()
    gathering = Gathering(work, limit=4)

    assert run(during_the_first(gathering, work, 11)) == [2 * n for n in range(11)]
    assert [len(group) for group in work.groups] == [1, 4, 4, 2]


def test_work_that_fails_fails_for_its_group_and_for_no_later_call() -> None:
    failures = [ValueError("no"), None]

    def work(items: Sequence[int]) -> list[int]:
        problem = failures.pop(0)
        if problem is not None:
            raise problem
        return list(items)

    gathering = Gathering(work)

    async def calls() -> int:
        with pytest.raises(ValueError, match="no"):
            await gathering.submit(1)
        return await gathering.submit(2)

    assert run(calls()) == 2


def test_work_that_answers_too_few_is_a_failure_of_the_whole_group() -> None:
    gathering: Gathering[int, int] = Gathering(lambda _items: [])

    async def call() -> None:
        with pytest.raises(RuntimeError, match="1 calls got 0 answers"):
            await asyncio.wait_for(gathering.submit(1), 20)

    run(call())


def test_a_caller_who_goes_away_costs_the_others_nothing() -> None:
    work = Held()
    gathering = Gathering(work)

    async def calls() -> list[int]:
        first = asyncio.create_task(gathering.submit(0))
        await work.begun()
        gone, stays = (asyncio.create_task(gathering.submit(n)) for n in (1, 2))
        await let_come()
        gone.cancel()
        work.go_on.set()
        return [await first, await stays, await gathering.submit(3)]

    assert run(calls()) == [0, 4, 6]
    assert work.groups == [[0], [1, 2], [3]]


def test_thousands_of_calls_are_all_answered() -> None:
    gathering: Gathering[int, int] = Gathering(lambda items: [item + 1 for item in items])

    async def calls() -> list[int]:
        return list(await asyncio.gather(*(gathering.submit(n) for n in range(4000))))

    assert run(calls()) == list(range(1, 4001))


def test_after_a_group_of_several_the_next_waits_for_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering_module, "PAUSE_SECONDS", 2.0)
    monkeypatch.setattr(gathering_module, "PATIENCE_SECONDS", 20.0)
    work = Held()
    gathering = Gathering(work)

    async def calls() -> list[int]:
        await during_the_first(gathering, work, 4)
        early = asyncio.create_task(gathering.submit(4))
        await asyncio.sleep(0.2)
        late = [asyncio.create_task(gathering.submit(n)) for n in (5, 6)]
        return list(await asyncio.gather(early, *late))

    assert run(calls()) == [8, 10, 12]
    assert work.groups == [[0], [1, 2, 3], [4, 5, 6]]

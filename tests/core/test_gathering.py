"""Group commit: every caller gets its own answer, after the work for its group, whoever carries it out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.core import gathering as gathering_module
from apps.core.gathering import Gathering


def test_a_lonely_call_is_carried_out_at_once_and_alone() -> None:
    groups: list[list[int]] = []

    def work(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        return [item * 2 for item in items]

    gathering = Gathering(work)

    assert [gathering.submit(1), gathering.submit(2)] == [2, 4]
    assert groups == [[1], [2]]


def test_calls_that_arrive_during_work_are_carried_out_together_in_their_order() -> None:
    started, go_on, groups = threading.Event(), threading.Event(), []

    def work(items: Sequence[int]) -> list[int]:
        groups.append(list(items))
        started.set()
        assert go_on.wait(20)
        return [item * 2 for item in items]

    gathering = Gathering(work)
    with ThreadPoolExecutor(33) as pool:
        first = pool.submit(gathering.submit, 0)
        assert started.wait(20)
        others = [pool.submit(gathering.submit, n) for n in range(1, 33)]
        while len(gathering._waiting) < 32:
            pass
        go_on.set()
        assert first.result(20) == 0
        assert [other.result(20) for other in others] == [2 * n for n in range(1, 33)]

    assert [len(group) for group in groups] == [1, 32]


def test_a_group_has_a_limit() -> None:
    started, go_on, sizes = threading.Event(), threading.Event(), []

    def work(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        started.set()
        assert go_on.wait(20)
        return list(items)

    gathering = Gathering(work, limit=4)
    with ThreadPoolExecutor(11) as pool:
        calls = [pool.submit(gathering.submit, 0)]
        assert started.wait(20)
        calls += [pool.submit(gathering.submit, n) for n in range(1, 11)]
        while len(gathering._waiting) < 10:
            pass
        go_on.set()
        assert [call.result(20) for call in calls] == list(range(11))

    assert sizes == [1, 4, 4, 2]


def test_work_that_fails_fails_for_its_group_and_for_no_later_call() -> None:
    failures = [ValueError("no"), None]

    def work(items: Sequence[int]) -> list[int]:
        problem = failures.pop(0)
        if problem is not None:
            raise problem
        return list(items)

    gathering = Gathering(work)

    with pytest.raises(ValueError, match="no"):
        gathering.submit(1)
    assert gathering.submit(2) == 2


def test_thousands_of_calls_of_many_threads_are_all_answered() -> None:
    gathering: Gathering[int, int] = Gathering(lambda items: [item + 1 for item in items])

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(gathering.submit, range(4000))) == list(range(1, 4001))


def test_after_a_group_of_several_the_next_leader_waits_for_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering_module, "PAUSE_SECONDS", 2.0)
    monkeypatch.setattr(gathering_module, "PATIENCE_SECONDS", 20.0)
    started, go_on, sizes = threading.Event(), threading.Event(), []

    def work(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        started.set()
        assert go_on.wait(20)
        return list(items)

    gathering = Gathering(work)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(gathering.submit, 0)
        assert started.wait(20)
        others = [pool.submit(gathering.submit, n) for n in range(1, 4)]
        while len(gathering._waiting) < 3:
            pass
        go_on.set()
        assert [call.result(20) for call in (first, *others)] == [0, 1, 2, 3]
        again = [pool.submit(gathering.submit, n) for n in range(4, 7)]
        assert [call.result(20) for call in again] == [4, 5, 6]

    assert sizes == [1, 3, 3]

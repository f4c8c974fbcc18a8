"""Tracked tasks: every run leaves a row, quiet ticks only when there was something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core import clock, tasks
from apps.core.models import TaskRun


@tasks.tracked(name="tests.work")
def work(result: int) -> int:
    if result < 0:
        raise ValueError("negative")
    return result


@tasks.tracked(name="tests.tick", quiet=True)
def tick(result: int) -> int:
    return result


@pytest.mark.django_db
def test_a_run_leaves_a_row_with_its_outcome() -> None:
    work(5)
    row = TaskRun.objects.get(name="tests.work")
    assert (row.outcome, row.detail) == ("done", "5")
    assert row.finished_at is not None


@pytest.mark.django_db
def test_a_failure_is_kept_and_raised() -> None:
    with pytest.raises(ValueError, match="negative"):
        work(-1)
    assert TaskRun.objects.get(name="tests.work").outcome == "failed"


@pytest.mark.django_db
def test_a_quiet_tick_that_found_nothing_leaves_no_row() -> None:
    tick(0)
    assert not TaskRun.objects.filter(name="tests.tick").exists()
    tick(2)
    assert TaskRun.objects.get(name="tests.tick").detail == "2"


@pytest.mark.django_db
def test_old_runs_are_forgotten() -> None:
    TaskRun.objects.create(task_id="old", name="x", started_at=clock.now() - timedelta(days=31))
    TaskRun.objects.create(task_id="new", name="x")
    tasks.prune_task_runs()
    assert set(TaskRun.objects.filter(name="x").values_list("task_id", flat=True)) == {"new"}

"""Celery tasks that leave a row: ``tracked`` wraps every task of this house."""

from __future__ import annotations

import functools
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec

from celery import current_task, shared_task

from apps.core import clock, duties, logs
from apps.core.models import TaskRun

P = ParamSpec("P")
log = logging.getLogger(__name__)
KEEP_RUNS = timedelta(days=30)


def tracked(*, name: str, quiet: bool = False) -> Callable[[Callable[P, object]], Any]:
    """Make a Celery task whose every run is a TaskRun row with the id that the logs carry.

    ``quiet`` is for ticks: a run that found nothing to do (a falsy result) leaves no row. The task's result is
    thrown away: what counts is in the database.
    """

    def decorate(function: Callable[P, object]) -> Any:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            _run(name, quiet, functools.partial(function, *args, **kwargs))

        return shared_task(name=name, ignore_result=True)(run)

    return decorate


def _run(name: str, quiet: bool, work: Callable[[], object]) -> None:
    request = getattr(current_task, "request", None)
    identity = str(getattr(request, "id", None) or uuid.uuid4())
    token = logs.task_id.set(identity)
    started = clock.now()
    row = None if quiet else TaskRun.objects.create(task_id=identity, name=name, started_at=started)
    row = row or TaskRun(task_id=identity, name=name, started_at=started)
    try:
        result = work()
    except Exception as error:
        _finish(row, TaskRun.Outcome.FAILED, duties.describe(error))
        log.exception("task failed", extra={"task": name})
        raise
    else:
        if result or not quiet:
            _finish(row, TaskRun.Outcome.DONE, "" if result is None else str(result))
    finally:
        logs.task_id.reset(token)


def _finish(row: TaskRun, outcome: str, detail: str) -> None:
    row.outcome, row.detail, row.finished_at = outcome, detail[: duties.MAX_ERROR_CHARACTERS], clock.now()
    row.save()


@tracked(name="core.prune_task_runs", quiet=True)
def prune_task_runs() -> int:
    """Forget task runs older than thirty days; returns how many."""
    return TaskRun.objects.filter(started_at__lt=clock.now() - KEEP_RUNS).delete()[0]

"""What is kept of a source hour by hour, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.models import TaskRun
from apps.sources import services, tasks
from apps.sources.models import SourceHour
from owlnode.celery import app
from owlnode.schedule import beat_schedule
from tests.sources.builders import START, source

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def _kept() -> list[timedelta]:
    """How long before the start the hours lie that are still there, the youngest first."""
    return [START - row.hour for row in SourceHour.objects.order_by("-hour")]


def test_hours_are_kept_for_as_long_as_is_set_and_forgetting_twice_is_as_once() -> None:
    lora, other = source(), source("other")
    for back in (timedelta(0), 89 * DAY, 90 * DAY, 90 * DAY + HOUR, 400 * DAY):
        services.note_error(source=lora, message="no JSON", at=START - back)
    services.note_error(source=other, message="no JSON", at=START - 91 * DAY)

    assert services.prune_hours(at=START) == 3
    assert _kept() == [timedelta(0), 89 * DAY, 90 * DAY]
    assert services.prune_hours(at=START) == 0
    assert _kept() == [timedelta(0), 89 * DAY, 90 * DAY]


def test_the_city_says_how_long(settings: Any) -> None:
    settings.NODE = settings.NODE.model_copy(update={"source_days": 2})
    for back in (DAY, 3 * DAY):
        services.note_error(source=source(f"s{back.days}"), message="no JSON", at=START - back)

    assert services.prune_hours(at=START) == 1
    assert _kept() == [DAY]


def test_every_night_old_hours_go_and_a_night_without_any_leaves_no_row() -> None:
    lora = source()
    services.note_error(source=lora, message="no JSON", at=clock.now() - 91 * DAY)
    services.note_error(source=lora, message="no JSON", at=clock.now())

    for _night in range(2):
        tasks.prune_hours()

    assert SourceHour.objects.count() == 1
    assert [row.detail for row in TaskRun.objects.filter(name="sources.prune_hours")] == ["1"]
    assert beat_schedule(2.0)["sources.prune_hours"]["task"] in app.tasks

"""Replay: in the order of recorded time, resumable, with the waits that the speed asks for."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.core.errors import Invalid
from apps.ingest import replaying
from apps.ingest.replaying import Step
from apps.sensors.models import Observation, Quarantined
from tests.ingest.formats.test_files import BICYCLE, LAKE, PARKING
from tests.ingest.test_recordings import written

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two recordings that overlap in time."""
    parking = "".join(f"2024-04-01 0{hour}:{minute:02d},{hour},{minute}\r\n" for hour in range(3) for minute in (0, 30))
    lake = "2024-04-01 00:07,11,8,9\n2024-04-01 02:07,12,8,x\n"
    return [
        written(tmp_path / "parking", PARKING + parking, "2024-04-01.csv"),
        written(tmp_path / "lake", LAKE + lake),
        written(tmp_path / "1001", BICYCLE + "2024-04-01 00:00,5,2,3,0,0,0\r\n"),
    ]


def test_steps_follow_recorded_time_across_files(files: list[Path]) -> None:
    steps: list[Step] = []
    for step in replaying.replay(paths=files, speed=900, step_s=900):
        assert Observation.objects.count() == sum(s.readings for s in steps) + step.readings
        latest = Observation.objects.order_by("-phenomenon_time")[0].phenomenon_time
        assert latest < step.until
        steps.append(step)
    assert [step.until for step in steps] == sorted(step.until for step in steps)
    assert sum(step.readings for step in steps) == 12 + 5 + 3
    assert sum(step.wait_s for step in steps) == pytest.approx(
        (steps[-1].until - steps[0].until).total_seconds() / 900 + 1
    )


def test_an_interval_comes_once_it_is_over(files: list[Path]) -> None:
    first, second, *_rest = replaying.replay(paths=files[2:] + files[:1], speed=1, step_s=900)
    assert (first.readings, second.readings) == (2, 3)


def test_a_stretch_can_be_chosen_and_played_again(files: list[Path]) -> None:
    since, until = datetime(2024, 3, 31, 23, tzinfo=UTC), datetime(2024, 4, 1, 0, tzinfo=UTC)
    for _ in range(2):
        total = sum(step.readings for step in replaying.replay(paths=files, speed=9e9, since=since, until=until))
        assert total == 4
    assert Observation.objects.count() == 4
    assert Quarantined.objects.count() == 1


@pytest.mark.parametrize(("speed", "step"), [(0, 900), (-1, 900), (1, 0)])
def test_a_speed_or_step_that_is_not_positive_is_invalid(speed: float, step: int) -> None:
    with pytest.raises(Invalid):
        next(replaying.replay(paths=[], speed=speed, step_s=step))


def test_a_year_without_readings_is_not_waited_for(tmp_path: Path) -> None:
    rows = "2024-04-01 00:00,1,1\r\n2025-08-01 00:00,2,2\r\n"
    steps = list(replaying.replay(paths=[written(tmp_path, PARKING + rows)], speed=900))
    assert [step.wait_s for step in steps] == [5.0, 1.0]

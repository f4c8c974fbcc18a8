"""What the charts of the console draw: each line with its own times and unit, as the chart's script reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.consumer.pair import record, streams

pytestmark = pytest.mark.django_db


def test_a_sensors_line_has_times_values_and_a_unit(as_role: Callable[[str], Client]) -> None:
    (stream,) = streams(1)
    record(stream, {minute: float(minute) for minute in range(3)})
    answer = as_role("administrator").get(f"/console/sensors/{stream}/chart.json").json()
    (line,) = answer["series"]
    assert set(line) == {"label", "unit", "times", "values"}
    assert line["values"] == [0.0, 1.0, 2.0]
    assert [later - line["times"][0] for later in line["times"]] == [0, 60, 120]

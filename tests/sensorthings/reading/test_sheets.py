"""Pages read column by column say what pages read row by row say, in every order, and go on where they ended."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from apps.policies.terms import Terms
from apps.sensors import services as sensors
from apps.sensors.types import Reason
from tests.sensorthings.city import START, City, publish, readings, record
from tests.sensorthings.reading.test_lines import EVERYTHING

OFTEN = 8
"""Asked so often on one connection, a statement has been planned once."""


@pytest.fixture
def path(city: City) -> str:
    """One datastream with moments and spans at the same times, result times, a missing result and a JSON tail."""
    stream = city.streams["mast/air"]
    day = START + timedelta(days=1)
    for rows in (
        readings(stream, {day + timedelta(hours=n): n / 3 for n in range(5)}),
        readings(stream, {day + timedelta(hours=n): 100.0 + n for n in range(5)}, span=3600),
        readings(
            stream,
            {day + timedelta(days=1, microseconds=100_000 * n): None if n == 1 else 7.0 for n in range(3)},
            extra=[None, None, json.dumps({"parameters": {"a,b": "c,d"}})],
            result_time=[-1, 1_767_225_600_500_000, -1],
        ),
    ):
        assert not sensors.record(readings=rows, source="lab").rejected
    return f"Datastreams({stream})/Observations"


@pytest.mark.parametrize("order", ["", "phenomenonTime asc", "phenomenonTime desc", "id", "@iot.id desc"])
@pytest.mark.parametrize("where", ["Observations", "one datastream"])
def test_pages_end_to_end_are_what_is_asked_by_name(city: City, path: str, order: str, where: str) -> None:
    options = {"orderby": order} if order else {}
    asked = path if where == "one datastream" else "Observations"
    sheets = city.walk(asked, top="3", **options)
    assert sheets == city.get(asked, top="1000", select=EVERYTHING, **options)["value"]
    assert len({one["@iot.id"] for one in sheets}) == len(sheets) >= 13


def test_a_filter_and_a_skip_choose_the_same_rows(city: City, path: str) -> None:
    options = {"filter": "result gt 1", "skip": "1"}
    assert city.get(path, **options) == city.get(path, select=EVERYTHING, **options)


def test_terms_hold_on_a_page_that_was_planned_once(city: City) -> None:
    publish(city, "bikes", ["counter/bikes"], Terms(visibility="public", suppress_below=3), "environment")
    record(city, "counter/bikes", {START + timedelta(hours=n): float(n) for n in range(6)})
    asked = f"Datastreams({city.streams['counter/bikes']})/Observations"
    for _time in range(OFTEN):
        page = city.get(asked)["value"]
        assert page == city.get(asked, select=EVERYTHING)["value"]
    hidden = [one for one in page if one["result"] is None]
    assert [one["resultQuality"] for one in hidden] == [{"suppressed": True}] * 2


def test_a_plan_that_is_kept_answers_for_each_datastream_and_for_what_came_since(city: City, path: str) -> None:
    other = f"Datastreams({city.streams['mast/wind']})/Observations"
    seen: list[Any] = []
    for number in range(OFTEN):
        record(city, "mast/wind", {START + timedelta(days=9, hours=number): float(number)})
        seen = [one["result"] for one in city.get(other)["value"]]
        assert seen[-1] == number
        assert [one["result"] for one in city.get(path)["value"]][-1] == 7.0
    assert seen[-OFTEN:] == [float(number) for number in range(OFTEN)]


def test_a_plan_that_is_kept_survives_a_new_month(city: City, path: str) -> None:
    for _time in range(OFTEN):
        city.get(path)
    late = START + timedelta(days=400)
    sensors.ensure_partitions(months=[late.date().replace(day=1)])
    result = sensors.record(readings=readings(city.streams["mast/air"], {late: 41.5}), source="lab")
    assert not [one for one in result.rejected if one.reason != Reason.TIME_OUT_OF_RANGE]
    assert city.get(path, orderby="phenomenonTime desc", top="1")["value"][0]["result"] == 41.5
    assert city.get(path)["value"][-1]["result"] == 41.5


def test_what_nobody_filters_is_planned_once(city: City, path: str) -> None:
    """The gain of decision 0011 rests on it, and it would be lost in silence."""
    for _time in range(OFTEN):
        city.get(path, top="7")
        city.get(path, top="9", filter="result gt 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall() if "array_send" in statement]
    assert [one for one in kept if "LIMIT 8" in one]
    assert not [one for one in kept if "LIMIT 10" in one]

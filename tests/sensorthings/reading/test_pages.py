"""Pages and levels: one statement a level, and nobody misses a row because another one came meanwhile."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.sensorthings.city import START, City, hours, record


def _statements(city: City, path: str, **options: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        city.get(path, **options)
    return len(seen)


def test_every_level_is_one_statement_however_many_rows_the_level_above_has(city: City) -> None:
    three = "Datastreams($expand=Sensor,Observations($top=1))"
    plain = _statements(city, "Things")
    assert _statements(city, "Things", expand=three) == plain + 3
    assert _statements(city, "Things", expand=three, top="1") == plain + 3


def test_rows_that_come_while_somebody_turns_pages_cost_no_other_row(city: City) -> None:
    path = f"Datastreams({city.streams['mast/air']})/Observations"
    there = [one["@iot.id"] for one in city.walk(path, orderby="phenomenonTime asc")]
    page = city.get(path, orderby="phenomenonTime asc", top="2")
    met = [one["@iot.id"] for one in page["value"]]
    record(city, "mast/air", {START + timedelta(minutes=30): 1.0, START - timedelta(hours=3): 2.0})
    record(city, "mast/air", {START + timedelta(hours=9): 3.0})
    while "@iot.nextLink" in page:
        page = city.get(page["@iot.nextLink"])
        met += [one["@iot.id"] for one in page["value"]]
    assert len(met) == len(set(met))
    assert [key for key in met if key in there] == there
    assert len(there) == len(hours(20.5, 21.0, -3.25, 22.0, 19.0))
    assert len(met) == len(there) + 1, "the latest one is on the last page; what came before the pages turned is not"

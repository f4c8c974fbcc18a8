"""A statement that runs into its time is answered 503, in JSON, by whichever way it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from apps.sensorthings import database, reading
from apps.sensorthings.errors import TookTooLong
from tests.sensorthings.city import START, City, record

ROWS = 6_000
SLOW = "Datastream/Observations/result gt result add 100000"
"""Each row against every row of its datastream, which no index and no hash can answer."""


@pytest.fixture
def path(city: City, monkeypatch: pytest.MonkeyPatch) -> str:
    """A datastream with more rows than can be compared with each other in the time that is left."""
    moments = {START + timedelta(days=1, seconds=number): float(number) for number in range(ROWS)}
    record(city, "mast/air", moments)
    monkeypatch.setattr(database, "SECONDS", 0.3)
    return f"Datastreams({city.streams['mast/air']})/Observations"


def _refused(city: City, path: str, **options: str) -> dict[str, Any]:
    response = city.ask(path, **options)
    assert response.status_code == 503, response.getvalue()
    assert response["Content-Type"].startswith("application/json")
    assert response["Retry-After"]
    body: dict[str, Any] = response.json()
    assert body["code"] == 503
    assert "0.3 seconds" in body["message"]
    assert "Ask for less" in body["remedy"]
    return body


@pytest.mark.parametrize(
    "options",
    [
        {"top": "10"},
        {"top": "0", "count": "true"},
        {"top": "10", "expand": "Datastream"},
        {"top": "5000"},
        {"top": "5000", "count": "true"},
        {"resultFormat": "dataArray"},
        {"resultFormat": "CSV"},
        {"resultFormat": "CSV", "top": "10"},
        {"orderby": "result", "top": "10"},
        {"orderby": "result desc", "top": "5000"},
    ],
    ids=[
        "page",
        "count",
        "expanded",
        "streamed page",
        "streamed page with count",
        "data array",
        "CSV",
        "short CSV",
        "ordered page",
        "ordered stream",
    ],
)
def test_a_filter_that_runs_into_its_time_is_503_and_says_so(city: City, path: str, options: dict[str, str]) -> None:
    assert _refused(city, path, filter=SLOW, **options)["type"] == "took-too-long"


def test_a_filter_inside_expand_that_runs_into_its_time_is_503(city: City, path: str) -> None:
    assert _refused(city, path.rpartition("/")[0], expand=f"Observations($filter={SLOW})")["type"] == "took-too-long"


def test_the_statements_of_one_answer_share_its_time(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(database, "SECONDS", 0.3)

    with pytest.raises(TookTooLong):
        _nap(0.2, 0.2)
    _nap(0.05)  # the next answer has its own


def _nap(*seconds: float) -> None:
    with database.reading():
        for one in seconds:
            assert len(database.rows("SELECT pg_sleep(%(nap)s)", {"nap": one})) == 1


def test_a_reader_who_takes_rows_slowly_is_not_cut_off(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(database, "SECONDS", 0.3)
    monkeypatch.setattr(database, "CHUNK", 1)

    with database.reading():
        database.being_sent()
        naps = database.stream("SELECT pg_sleep(0.1) FROM generate_series(1, 4)", {})
        assert sum(map(len, naps)) == 4


def test_an_order_without_index_is_limited_whatever_it_goes_by(city: City, path: str) -> None:
    for order in ("result", "resultTime desc", "parameters/x", "Datastream/name", "result add 1"):
        assert _refused(city, "Observations", filter=SLOW, orderby=order)["type"] == "took-too-long"


def test_the_next_question_finds_the_database_as_it_was(city: City, path: str) -> None:
    assert _refused(city, path, filter=SLOW)["type"] == "took-too-long"
    assert len(city.get(path, top="3")["value"]) == 3


def test_looking_up_what_somebody_may_see_is_limited_and_answered_alike(
    city: City, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_access: object) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
        raise AssertionError("nobody limited it")

    monkeypatch.setattr(reading, "sight", slow)
    assert _refused(city, path)["type"] == "took-too-long"


def test_a_csv_without_rows_has_its_names(city: City) -> None:
    found = city.ask("Things", resultFormat="CSV", filter="name eq 'nobody'", select="name").getvalue()
    assert found == b"name\r\n"

"""Statements with parameters apart: what they answer, in which transaction, and when they are planned once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import ProgrammingError, transaction

from apps.core.statements import fetch_rows


@pytest.mark.django_db
def test_rows_come_as_values() -> None:
    moment = datetime(2026, 3, 29, 1, tzinfo=UTC)
    sql = "SELECT n, %s::text, %s::timestamptz, %s::bytea FROM unnest(%s::bigint[]) AS n ORDER BY n"
    rows = fetch_rows(sql, ["Ä'\"", moment, b"\0x", [2, 1]])
    assert rows == [(1, "Ä'\"", moment, b"\0x"), (2, "Ä'\"", moment, b"\0x")]
    assert rows[0][2].utcoffset().total_seconds() == 0


@pytest.mark.django_db
def test_a_statement_that_answers_nothing_answers_no_rows() -> None:
    assert fetch_rows("SELECT 1 WHERE false") == []
    assert fetch_rows("CREATE TEMPORARY TABLE nothing (a int) ON COMMIT DROP") == []


@pytest.mark.django_db(transaction=True)
def test_it_takes_part_in_the_transaction_around_it() -> None:
    fetch_rows("CREATE TABLE statement_probe (a int)")
    try:
        with pytest.raises(ZeroDivisionError):
            _write_and_fail()
        assert fetch_rows("SELECT a FROM statement_probe") == []
        fetch_rows("INSERT INTO statement_probe VALUES (%s)", [2])
        assert fetch_rows("SELECT a FROM statement_probe") == [(2,)]
    finally:
        fetch_rows("DROP TABLE statement_probe")


@pytest.mark.django_db
def test_a_wrong_statement_is_an_error_of_django() -> None:
    for planned_once in (True, False):
        with pytest.raises(ProgrammingError, match="nowhere"), transaction.atomic():
            fetch_rows("SELECT * FROM nowhere", planned_once=planned_once)
    assert fetch_rows("SELECT 1") == [(1,)]


@pytest.mark.django_db
def test_only_what_is_asked_often_is_planned_once() -> None:
    for number in range(8):
        assert fetch_rows("SELECT %s::int AS often", [number], planned_once=True) == [(number,)]
        assert fetch_rows("SELECT %s::int AS anew", [number]) == [(number,)]
    fetch_rows("SELECT 1 AS seldom", planned_once=True)
    kept = [row[0] for row in fetch_rows("SELECT statement FROM pg_prepared_statements")]
    assert [word for word in ("often", "anew", "seldom") if any(word in one for one in kept)] == ["often"]


@pytest.mark.django_db
def test_a_kept_plan_follows_its_table() -> None:
    fetch_rows("CREATE TEMPORARY TABLE followed (a int) ON COMMIT DROP")
    for _time in range(8):
        assert fetch_rows("SELECT count(a) FROM followed", planned_once=True) == [(0,)]
    fetch_rows("ALTER TABLE followed ALTER a TYPE bigint, ADD b text")
    fetch_rows("INSERT INTO followed VALUES (5000000000, 'x')")
    assert fetch_rows("SELECT count(a) FROM followed", planned_once=True) == [(1,)]


def _write_and_fail() -> None:
    with transaction.atomic():
        fetch_rows("INSERT INTO statement_probe VALUES (%s)", [1])
        assert fetch_rows("SELECT a FROM statement_probe") == [(1,)]
        raise ZeroDivisionError

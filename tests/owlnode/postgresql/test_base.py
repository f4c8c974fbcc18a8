"""A kept connection is looked at when it has rested, and not while it is busy."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, connections, transaction

from owlnode.postgresql.base import RESTED_SECONDS, DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


def backend() -> int:
    """The server's process behind Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is kept and looked at, as in production."""
    backend()
    monkeypatch.setattr(connection, "close_at", None)
    monkeypatch.setattr(connection, "health_check_enabled", True)


def rest() -> None:
    """As at the beginning of a request that comes long after the one before."""
    kept = connections["default"]
    assert isinstance(kept, DatabaseWrapper)
    kept.close_if_unusable_or_obsolete()
    kept.asked_at -= 2 * RESTED_SECONDS


def test_a_connection_that_rested_and_was_cut_is_replaced() -> None:
    before = backend()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    rest()
    assert backend() != before


def test_a_busy_connection_is_not_asked_whether_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answers() -> bool:
        asked.append("is it there?")
        return True

    monkeypatch.setattr(connection, "is_usable", answers)
    connection.close_if_unusable_or_obsolete()
    backend()
    assert asked == []
    rest()
    backend()
    assert len(asked) == 1


def test_a_long_transaction_of_a_busy_connection_is_not_asked_at_its_end() -> None:
    connection.close_if_unusable_or_obsolete()  # a request begins, right after the one before
    with transaction.atomic():
        before = backend()
        kept = connections["default"]
        assert isinstance(kept, DatabaseWrapper)
        kept.asked_at -= 2 * RESTED_SECONDS  # it takes its time
    assert connection.get_autocommit()
    assert backend() == before

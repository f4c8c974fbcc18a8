"""Statements that are asked at every request: parameters travel apart from them, and they are planned once.

Django puts parameters into the text of a statement and has it planned anew each time; for a small question that is more
work than its answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import psycopg
from django.db import connection
from psycopg.pq import TransactionStatus

Params = Sequence[Any] | Mapping[str, Any] | None
Row = tuple[Any, ...]


def fetch_rows(sql: str, params: Params = None, *, planned_once: bool = False) -> list[Row]:
    """Run one statement on Django's connection, in its transaction; the rows it answers, none where it answers none.

    Where PostgreSQL cannot tell the type of a parameter the statement casts. Results travel in binary form: a bytea is
    bytes, a time is aware and in UTC. ``planned_once``: once it has been asked often on this connection, which is for
    statements whose best plan does not hang on their parameters. Raises Django's database errors.
    """
    connection.ensure_connection()
    raw = connection.connection
    if connection.queries_logged:  # whoever counts statements counts these, too
        connection.queries_log.append({"sql": sql, "time": "0"})
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        # A transaction that begins here begins on the same way to the server.
        begins = not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE
        with raw.pipeline() if begins else nullcontext():
            cursor.execute(sql, params, binary=True, prepare=None if planned_once else False)
        return [] if cursor.rownumber is None else cursor.fetchall()


def with_values(sql: str, params: Params = None) -> str:
    """The statement with its parameters in its text, so that it is planned with them; for ``fetch_rows``."""
    with connection.cursor() as cursor:
        text: str = cursor.mogrify(sql, params)
        return text

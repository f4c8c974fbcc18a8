"""The one door to the database: statements with named, bound parameters, time-limited, their errors in our words."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DataError, InternalError, OperationalError, ProgrammingError, connection, transaction
from psycopg import errors as causes

from apps.core.statements import fetch_rows, with_values
from apps.sensorthings.errors import BadQuery, TooCostly, TookTooLong

log = logging.getLogger(__name__)
SECONDS = 20
"""How long the statements of one answer may run together; of one that is streamed, those before its first rows."""
GRACE = 0.05
"""Which part of the time may be gone before a statement is told how much is left: telling is a way to the server."""
CHUNK = 1_000
"""Rows held in memory at a time while a long page is streamed."""


class _Clock(threading.local):
    """When the answer that this thread is reading began; None where none is."""

    begun: float | None = None


_clock = _Clock()
_LIMITS = "SELECT set_config('statement_timeout', %s, true), set_config('plan_cache_mode', 'force_generic_plan', true)"


@contextmanager
def reading() -> Iterator[None]:
    """A transaction in which every statement is limited in time, whoever makes it, and ours in their sum, so that
    nobody keeps a thread by asking for many. Raises TookTooLong, TooCostly."""
    outer = _clock.begun
    with _limits_in_our_words(), transaction.atomic():
        # The transaction begins on the same way to the server.
        _limit(SECONDS)
        _clock.begun = time.monotonic()
        try:
            yield
        finally:
            _clock.begun = outer


def _limit(seconds: float) -> None:
    """Limit the next statements; what may be planned once is so at once, and not only after five plans of its own."""
    fetch_rows(_LIMITS, [f"{round(seconds * 1000)}ms"], planned_once=True)


def _limit_to_what_is_left() -> None:
    """Shorten the time of the next statement by what those before it took. Raises TookTooLong where nothing is left."""
    if _clock.begun is None:
        return
    left = SECONDS - (time.monotonic() - _clock.begun)
    if left < 0.001:  # PostgreSQL takes 0 for no limit
        raise _took_too_long()
    if left < SECONDS * (1 - GRACE):
        _limit(left)


def being_sent() -> None:
    """From here on it is whoever takes the answer who takes the time: only each statement by itself is limited."""
    _clock.begun = None


def rows(statement: str, params: Mapping[str, Any], *, planned_once: bool = False) -> list[tuple[Any, ...]]:
    """All rows of a statement. Raises BadQuery for what cannot be computed, TookTooLong, TooCostly.

    ``planned_once``: as in ``core.statements``, for what nobody filters; planning over all months is much of a page.
    """
    with _in_our_words():
        _limit_to_what_is_left()
        if planned_once:
            return fetch_rows(statement, params, planned_once=True)
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


def array_row(statement: str, params: Mapping[str, Any], *, planned_once: bool) -> tuple[Any, ...]:
    """The one row of a statement that answers arrays in binary form, else as ``rows``."""
    with _in_our_words():
        _limit_to_what_is_left()
        if planned_once:
            return fetch_rows(statement, params, planned_once=True)[0]
        return fetch_rows(with_values(statement, params))[0]


def stream(statement: str, params: Mapping[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in chunks, from a cursor on the server; must be exhausted or closed within its transaction."""
    with _in_our_words(), connection.chunked_cursor() as cursor:
        _limit_to_what_is_left()
        cursor.execute(statement, params)
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        with _limits_in_our_words():
            yield
    except DataError as error:
        raise BadQuery(f"This cannot be computed: {_first_line(error)}.", part="$filter") from error
    except ProgrammingError as error:
        # PostgreSQL refuses what our compiler made: a gap of ours, but still somebody's query, and nothing is lost.
        log.exception("a compiled statement was refused")
        raise BadQuery(f"This cannot be asked: {_first_line(error)}.", part="$filter") from error


@contextmanager
def _limits_in_our_words() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InternalError) as error:
        if isinstance(error.__cause__, causes.QueryCanceled):
            raise _took_too_long() from error
        if isinstance(error.__cause__, (causes.StatementTooComplex, causes.ProgramLimitExceeded)):
            raise TooCostly("This query is too large for the database.") from error
        raise


def _took_too_long() -> TookTooLong:
    return TookTooLong(
        f"The database needed more than {SECONDS} seconds.",
        remedy="Ask for less: a shorter time, fewer datastreams, a simpler filter or order.",
    )


def _first_line(error: Exception) -> str:
    cause = error.__cause__
    primary = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    return primary or "out of range"

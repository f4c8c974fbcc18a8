"""Declaring to the database whose data a transaction writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_current: ContextVar[str] = ContextVar("declared origin", default="")


@contextmanager
def declared(origin: str) -> Iterator[None]:
    """A transaction (or a part of one) that writes data of this origin; the triggers refuse every other.

    '' is this city's own data. What was declared before holds again afterwards; a rollback takes the declaration back.
    """
    before = _current.get()
    token = _current.set(origin)
    try:
        with transaction.atomic():
            if origin != before:
                _declare(origin)
            yield
            if origin != before:
                _declare(before)
    finally:
        _current.reset(token)


def _declare(origin: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('owl.replica_origin', %s, true)", [origin])

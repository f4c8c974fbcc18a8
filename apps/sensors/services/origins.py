"""Declaring to the database whose data a transaction writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def declared(origin: str) -> Iterator[None]:
    """A transaction (or a part of one) that writes data of this origin; the triggers refuse every other.

    '' is this city's own data. What was declared before holds again afterwards.
    """
    with transaction.atomic():
        before = _declare(origin)
        yield
        _declare(before)


def _declare(origin: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sensors_declared_origin()")
        before = str(cursor.fetchone()[0])
        if before != origin:
            cursor.execute("SELECT set_config('owl.replica_origin', %s, true)", [origin])
    return before

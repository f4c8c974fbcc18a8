"""Locks that live in PostgreSQL, by name."""

from __future__ import annotations

import hashlib

from django.db import connection


def lock_number(name: str) -> int:
    """A stable signed 64-bit number for a lock's name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def advisory_xact_lock(name: str) -> None:
    """Wait for the named lock and hold it until the current transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(name)])


def try_advisory_xact_lock(name: str) -> bool:
    """Take the named lock until the transaction ends if it is free; tells whether it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(name)])
        row = cursor.fetchone()
    return bool(row and row[0])

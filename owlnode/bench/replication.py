"""The reference of the sync bench: PostgreSQL's logical replication of the same rows between two databases."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import psycopg

from apps.sensors.services.encoding import encode
from apps.sensors.types import Readings

SLOT = "bench_slot"
TABLE = """
CREATE TABLE observation (
    datastream_id int4 NOT NULL, span int4 NOT NULL DEFAULT 0, phenomenon_time timestamptz NOT NULL, id int8 NOT NULL,
    result float8, result_time timestamptz, feature_id int4, extra jsonb,
    PRIMARY KEY (datastream_id, phenomenon_time, span));
CREATE INDEX ON observation USING brin (id);
"""
PATIENCE_SECONDS = 600


def measure(publisher: str, subscriber: str, first: Readings, later: Readings, batch: int) -> dict[str, float]:
    """Seconds of the ``first`` copy and of catching up with ``tail`` transactions of ``batch`` rows."""
    with psycopg.connect(publisher, autocommit=True) as source, psycopg.connect(subscriber, autocommit=True) as target:
        for one in (source, target):
            one.execute(TABLE)
        _copy(source, first, len(first))
        source.execute("VACUUM ANALYZE observation")
        source.execute("CREATE PUBLICATION bench FOR TABLE observation")
        source.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", [SLOT])
        try:
            return {
                "first": _first_copy(target, publisher, len(first)),
                "tail": _catch_up(source, target, later, batch, len(first) + len(later)),
            }
        finally:
            _tear_down(source, target)


def _first_copy(target: psycopg.Connection, publisher: str, rows: int) -> float:
    begin = time.perf_counter()
    # One server for both: the slot must be made beforehand, or CREATE SUBSCRIPTION would wait for itself.
    target.execute(
        f"CREATE SUBSCRIPTION bench CONNECTION '{publisher}' PUBLICATION bench"
        f" WITH (create_slot = false, slot_name = '{SLOT}')"
    )
    _until(lambda: _is_ready(target))
    seconds = time.perf_counter() - begin
    _expect(target, rows)
    return seconds


def _catch_up(source: psycopg.Connection, target: psycopg.Connection, later: Readings, batch: int, rows: int) -> float:
    target.execute("ALTER SUBSCRIPTION bench DISABLE")
    _copy(source, later, batch)
    begin = time.perf_counter()
    target.execute("ALTER SUBSCRIPTION bench ENABLE")
    end = str(_value(source, "SELECT pg_current_wal_lsn()"))
    _until(lambda: _has_reached(source, end))
    seconds = time.perf_counter() - begin
    _expect(target, rows)
    return seconds


def _copy(source: psycopg.Connection, readings: Readings, batch: int) -> None:
    for start in range(0, len(readings), batch):
        rows = np.arange(start, min(start + batch, len(readings)))
        columns, data = encode(readings.take(rows), rows.astype(np.int64))
        with source.cursor() as cursor, cursor.copy(f"COPY observation ({columns}) FROM STDIN (FORMAT binary)") as copy:
            copy.write(data)


def _is_ready(target: psycopg.Connection) -> bool:
    return bool(_value(target, "SELECT bool_and(srsubstate IN ('r', 's')) FROM pg_subscription_rel"))


def _has_reached(source: psycopg.Connection, end: str) -> bool:
    return bool(
        _value(
            source,
            "SELECT confirmed_flush_lsn >= %s::pg_lsn FROM pg_replication_slots WHERE slot_name = %s",
            end,
            SLOT,
        )
    )


def _expect(target: psycopg.Connection, rows: int) -> None:
    _until(lambda: _value(target, "SELECT count(*) FROM observation") == rows)


def _until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise RuntimeError("logical replication did not get there")
        time.sleep(0.01)


def _value(connection: psycopg.Connection, query: str, *params: object) -> object:
    row = connection.execute(query, params).fetchone()
    return None if row is None else row[0]


def _tear_down(source: psycopg.Connection, target: psycopg.Connection) -> None:
    if _value(target, "SELECT count(*) FROM pg_subscription WHERE subname = 'bench'"):
        target.execute("ALTER SUBSCRIPTION bench DISABLE")
        target.execute("ALTER SUBSCRIPTION bench SET (slot_name = NONE)")
        target.execute("DROP SUBSCRIPTION bench")
    _until(lambda: not _value(source, "SELECT active FROM pg_replication_slots WHERE slot_name = %s", SLOT))
    source.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s", [SLOT])

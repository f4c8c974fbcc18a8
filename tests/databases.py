"""The database of a test process: migrated once a run, copied for each process, emptied after tests that commit."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from psycopg import sql
from pytest_django import DjangoDbBlocker

from owlnode.embedded.postgres import ROLE, Postgres

TEMPLATE = "migrated"
FIRST, SECOND = "public", "herford"
KEPT = frozenset({"django_content_type", "auth_permission", "django_migrations"})
"""What migrations make once: emptied, it would have to be made anew after each test that commits."""
TABLES = """
SELECT relname, relkind = 'p', EXISTS (
    SELECT FROM pg_inherits WHERE inhparent = pg_class.oid AND pg_relation_size(inhrelid) > 0
)
FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
"""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this process alone. Nobody drops it: the whole server goes when ``./owl test`` ends.

    Migrating takes ten seconds of a processor, copying what another process has migrated next to none.
    """
    with django_db_blocker.unblock(), _template():
        _create(f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}", template=TEMPLATE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: empty(FIRST))
        yield


@pytest.fixture(scope="session")
def migrated(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> str:
    """All that migrations make, as SQL for ``fill``."""
    with django_db_blocker.unblock():
        return _dumped()


@pytest.fixture(scope="session")
def second_schema(django_db_setup: None) -> None:
    """The tables of a second node in the schema ``SECOND``: a copy of the migrated ones, made once a process."""
    copy = _dumped("-n", FIRST).replace(f"SCHEMA {FIRST}", f"SCHEMA {SECOND}").replace(f"{FIRST}.", f"{SECOND}.")
    fill(_server(), connection.settings_dict["NAME"], copy)


def fill(server: Postgres, database: str, made: str) -> None:
    """Make in a database of a server what the SQL says. Raises CalledProcessError."""
    quiet = ["-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1"]
    _output([server.programs / "psql", *_at(server), *quiet, database], made)


def _dumped(*which: str) -> str:
    server = _server()
    with _template():
        return _output([server.programs / "pg_dump", *_at(server), *which, TEMPLATE], "")


def _server() -> Postgres:
    return Postgres(Path(os.environ["OWL_TEST_HOME"]))


def _at(server: Postgres) -> list[str | Path]:
    return ["-h", server.sockets, "-U", ROLE]


@contextmanager
def _template() -> Iterator[None]:
    """The template, made by the first process that needs one; nobody else reads it meanwhile, as copying it demands."""
    with (Path(os.environ["OWL_TEST_HOME"]) / TEMPLATE).open("a") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        if os.fstat(mark.fileno()).st_size == 0:
            _create(TEMPLATE, template="template1")
            call_command("migrate", verbosity=0, interactive=False)
            connection.close()
            mark.write("migrated")
        yield


def _output(command: Sequence[str | Path], given: str) -> str:
    """What one of PostgreSQL's own programs says when it reads ``given``; raises CalledProcessError."""
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, text=True, check=True).stdout


def _create(name: str, *, template: str) -> None:
    """A new database, which is Django's from now on."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def empty(schema: str) -> None:
    """Forget all rows of a schema, also those that triggers guard, like the ledger's – but ``KEPT``.

    Only of tables that have any, and row by row: a TRUNCATE of two hundred mostly empty tables takes longer than most
    tests. Partitions are told apart by their size on disk, which only a TRUNCATE takes back.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        plain, grown = _tables(cursor, schema)
        cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(map(_has_rows, plain))))
        filled = [table for table, has_rows in zip(plain, cursor.fetchone() or (), strict=True) if has_rows]
        orders = [sql.SQL("DELETE FROM {}").format(table) for table in filled]
        orders += [sql.SQL("TRUNCATE {}").format(table) for table in grown]
        cursor.execute(sql.SQL("; ").join([sql.SQL("SET LOCAL session_replication_role = replica"), *orders]))


def _tables(cursor: CursorWrapper, schema: str) -> tuple[list[sql.Identifier], list[sql.Identifier]]:
    """The plain tables of a schema, and the partitioned ones of which a partition takes room on the disk."""
    cursor.execute(TABLES, [schema])
    rows = [row for row in cursor.fetchall() if row[0] not in KEPT]
    plain = [sql.Identifier(schema, name) for name, partitioned, _grown in rows if not partitioned]
    return plain, [sql.Identifier(schema, name) for name, partitioned, grown in rows if partitioned and grown]


def _has_rows(table: sql.Identifier) -> sql.Composed:
    return sql.SQL("EXISTS (SELECT FROM {})").format(table)

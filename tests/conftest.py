"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

pytest_plugins = ("tests.browser.chromium",)
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """Without servers there is nothing to test against."""
    if not os.environ.get("DATABASE_URL"):
        raise pytest.UsageError("Start the tests with ./owl test – it brings up PostgreSQL and Valkey for them.")


@pytest.fixture(scope="session")
def shared_path() -> Path:
    """The folder of recordings and official schemas beside the checkout; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (recordings and official schemas), which is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True)
def language_of_the_code() -> Iterator[None]:
    """A page that was asked for in German leaves its language in the thread; the next test begins in English again."""
    translation.activate("en")
    yield
    translation.deactivate()


KEPT = ("django_content_type", "auth_permission", "django_migrations")
"""What migrations make once: emptied, it would be made anew for every app after each test that commits."""


@pytest.fixture(scope="session", autouse=True)
def emptying_is_quick_and_passes_triggers() -> Iterator[None]:
    """Between tests that commit, Django empties all tables – also those whose triggers refuse it, like the ledger's.

    Only those with rows, and row by row: a TRUNCATE of two hundred mostly empty tables takes longer than most tests.
    """
    original = DatabaseOperations.execute_sql_flush

    def statements(self: DatabaseOperations, style: object, tables: list[str], **options: object) -> list[str]:
        wanted = [self.quote_name(table) for table in tables if table not in KEPT]
        if not wanted:
            return []
        with self.connection.cursor() as cursor:
            found = ", ".join(f"EXISTS (SELECT FROM {table})" for table in wanted)
            cursor.execute(f"SELECT {found}")
            filled = cursor.fetchone() or ()
        full = [table for table, has_rows in zip(wanted, filled, strict=True) if has_rows]
        # Its months are told apart by their size on disk, which only this takes back.
        emptied = ["TRUNCATE sensors_observation"] if '"sensors_observation"' in wanted else []
        return [*emptied, *(f"DELETE FROM {table}" for table in full)]  # noqa: S608 - our own tables

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        original(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", statements)
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush)
        yield

"""What a region begins with, made at once: migrating and collecting anew takes half a minute of a processor."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from owlnode.embedded.postgres import Postgres
from owlnode.region.engine import migrations_mark
from tests import databases


def furnish(home: Path, cities: Sequence[str], migrated: str) -> None:
    """Make the databases of these cities under ``home`` as migrations would, before its region starts."""
    server = Postgres(home)
    server.start()
    try:
        for city in cities:
            name = f"owl_{city}"
            server.ensure_database(name)
            databases.fill(server, name, migrated)
    finally:
        server.stop()
    (home / "migrations").write_text(migrations_mark(), encoding="utf-8")


def borrow_files(home: Path, lender: Path) -> None:
    """Take the collected static files of another region."""
    shutil.copytree(lender / "static", home / "static")
    shutil.copy(lender / "static-files", home / "static-files")

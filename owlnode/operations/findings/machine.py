"""The machine under the node: database, broker, keys, disk, translations."""

from __future__ import annotations

import shutil
import stat

from django.conf import settings
from django.db import connection

from owlnode.operations import health
from owlnode.operations.findings.finding import Finding

LEAST_FREE_BYTES = 2_000_000_000
OLDEST_SERVER = 150_000


def look() -> list[Finding]:
    """Database version, migrations, broker, key files, free disk."""
    return [_database(), _migrations(), _broker(), _keys(), _disk()]


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            version = int(cursor.fetchone()[0])
    except Exception as error:  # the doctor reports whatever it meets
        return Finding("database", "wrong", f"{type(error).__name__}", "check DATABASE_URL and that PostgreSQL runs")
    if version < OLDEST_SERVER:
        return Finding("database", "wrong", f"PostgreSQL {version // 10000}", "PostgreSQL 15 or newer is needed")
    return Finding("database", "ok", f"PostgreSQL {version // 10000}.{version % 10000}")


def _migrations() -> Finding:
    state = health.probe("migrations")
    if state == "ok":
        return Finding("migrations", "ok", "all applied")
    return Finding("migrations", "wrong", state, "run: python manage.py migrate")


def _broker() -> Finding:
    state = health.probe("broker")
    if state == "ok":
        return Finding("broker", "ok", "answers")
    return Finding("broker", "wrong", state, "check REDIS_URL and that Redis or Valkey runs")


def _keys() -> Finding:
    folder = settings.NODE.keys_dir
    loose = [path.name for path in folder.glob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        return Finding("keys", "wrong", f"others may read {', '.join(loose)}", f"chmod 600 the files in {folder}")
    if not any(folder.glob("*")):
        return Finding(
            "keys", "warning", f"no key in {folder}", "one is made at the first start; else restore the backup"
        )
    return Finding("keys", "ok", "readable for this user only")


def _disk() -> Finding:
    folder = settings.NODE.files_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    state = f"{free // 1_000_000:,} MB free"
    if free < LEAST_FREE_BYTES:
        return Finding("disk", "warning", state, "free some space before PostgreSQL has to stop")
    return Finding("disk", "ok", state)

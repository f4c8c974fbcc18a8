"""``./owl test [pytest arguments]``: real PostgreSQL and Valkey in a scratch folder, then pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from owlnode import translations
from owlnode.embedded import debian
from owlnode.embedded.postgres import Postgres
from owlnode.embedded.valkey import Valkey

NODES = "tests/nodes"
NO_TESTS = 5


def main(arguments: list[str]) -> int:
    """Run pytest in parallel on all cores unless told otherwise; returns its exit status."""
    home = Path(tempfile.mkdtemp(prefix="owl-test-"))
    home.chmod(0o755)
    translations.compile_if_stale()
    debian.ensure(*debian.PROGRAMS)
    postgres, valkey = Postgres(home, durable=False), Valkey(home)
    try:
        postgres.start()
        valkey.start()
        env = os.environ | {
            "DATABASE_URL": postgres.ensure_database("owlnode"),
            "REDIS_URL": valkey.url(0),
            "OWL_TEST_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "owlnode.settings.test",
        }
        return max(_pytest(part, env) for part in _parts(arguments))
    except KeyboardInterrupt:
        return 130
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(home, ignore_errors=True)


def _parts(arguments: list[str]) -> list[list[str]]:
    """One run of pytest for named tests; for the whole suite two, since real nodes share one region in one process."""
    if any(item.startswith("tests") for item in arguments):
        given = any(item.startswith("-n") for item in arguments)
        return [arguments if given else ["-n", "auto", *arguments]]
    return [["-n", "auto", "--ignore", NODES, *arguments], [NODES, "-n", "0", *arguments]]


def _pytest(arguments: list[str], env: dict[str, str]) -> int:
    """The exit status of pytest; finding no test under a filter such as ``-k`` is no failure of a part."""
    command = [sys.executable, "-m", "pytest", *arguments]
    status = subprocess.run(command, env=env, check=False).returncode  # noqa: S603 - our own program
    return 0 if status == NO_TESTS and "-k" in arguments else status

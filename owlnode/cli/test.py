"""``./owl test [pytest arguments]``: real PostgreSQL and Valkey in a scratch folder, then pytest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from owlnode.embedded.postgres import Postgres
from owlnode.embedded.valkey import Valkey


def main(arguments: list[str]) -> int:
    """Run pytest in parallel on all cores unless told otherwise; returns its exit status."""
    home = Path(tempfile.mkdtemp(prefix="owl-test-"))
    home.chmod(0o755)
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
        workers = [] if "-n" in arguments or any(item.startswith("-n") for item in arguments) else ["-n", "auto"]
        command = [sys.executable, "-m", "pytest", *workers, *arguments]
        return subprocess.run(command, env=env, check=False).returncode  # noqa: S603 - our own program
    except KeyboardInterrupt:
        return 130
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(home, ignore_errors=True)

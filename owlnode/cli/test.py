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
PARALLEL = ("-n", "auto", "--dist", "worksteal")
"""A process for each core; who has no test left takes half of what waits for another. The slow tests come last: dealt
out beforehand, they kept one process busy for eight minutes while the other had nothing to do."""


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
        return _run(_parts(arguments), env, home / "beside.txt")
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
        return [arguments if given else [*PARALLEL, *arguments]]
    return [[*PARALLEL, "--ignore", NODES, *arguments], [NODES, "-n", "0", *arguments]]


def _run(parts: list[list[str]], env: dict[str, str], beside: Path) -> int:
    """The worst exit status of the parts. Real nodes wait more than they work, so they run beside the others.

    What is said beside is shown when the first part has said everything.
    """
    first, *others = parts
    with beside.open("w+", encoding="utf-8") as said:
        # Our own program, twice.
        running = [subprocess.Popen(_command(part), env=env, stdout=said, stderr=said) for part in others]  # noqa: S603
        try:
            statuses = [_judged(subprocess.run(_command(first), env=env, check=False).returncode, first)]  # noqa: S603
            statuses += [_judged(one.wait(), part) for one, part in zip(running, others, strict=True)]
        finally:
            for one in running:
                one.terminate()
                one.wait()
        sys.stdout.write(beside.read_text(encoding="utf-8"))
    # Whoever was killed has a status below 0, and has not passed.
    return max(abs(status) for status in statuses)


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


def _judged(status: int, arguments: list[str]) -> int:
    """The exit status of pytest; finding no test under a filter such as ``-k`` is no failure of a part."""
    return 0 if status == NO_TESTS and "-k" in arguments else status

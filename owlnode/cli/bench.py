"""``./owl bench NAME [--rows N] [--json FILE]`` on embedded PostgreSQL in a scratch folder."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from rich.console import Console
from rich.table import Table

from owlnode.embedded.postgres import Postgres
from owlnode.embedded.valkey import Valkey

BENCHES = (
    "ingest",
    "feed",
    "sync",
    "sta-read",
    "sta-write",
    "mqtt",
    "pages",
)


def main(arguments: list[str]) -> int:
    """Run one bench, print its table, write its JSON; 0 when it came to an end."""
    parser = argparse.ArgumentParser(prog="owl bench", description="How fast, as ratios within one run.")
    parser.add_argument("bench", choices=BENCHES)
    parser.add_argument("--rows", type=int, help="rows of input (default 1,000,000; sta-read 10,000,000)")
    parser.add_argument("--json", type=Path, help="write the results to this file")
    options = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="owl-bench-"))
    home.chmod(0o755)
    postgres, valkey = Postgres(home), Valkey(home)
    try:
        postgres.start()
        valkey.start()
        results = _measure(options.bench, options.rows, home, postgres, valkey)
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(home, ignore_errors=True)
    _print(options.bench, results)
    if options.json:
        options.json.write_text(json.dumps(_report(results), indent=1), encoding="utf-8")
    return 0


def _measure(bench: str, rows: int | None, home: Path, postgres: Postgres, valkey: Valkey) -> list[dict[str, Any]]:
    os.environ |= {
        "DATABASE_URL": postgres.ensure_database("owlnode"),
        "REDIS_URL": valkey.url(0),
        "OWLNODE_KEYS_DIR": str(home / "keys"),
        "OWLNODE_FILES_DIR": str(home / "files"),
        "OWLNODE_ALLOW_PRIVATE_PEERS": "1",
        "OWLNODE_ALLOW_HTTP_PEERS": "1",
        "OWLNODE_LOG_LEVEL": "WARNING",
        "OWLNODE_LOG_FORMAT": "text",
        "DJANGO_SETTINGS_MODULE": "owlnode.settings.dev",
    }
    django.setup()
    call_command("migrate", verbosity=0)
    module = importlib.import_module(f"owlnode.bench.{bench.replace('-', '_')}")
    wanted = rows or getattr(module, "ROWS", 1_000_000)
    return [result.as_row() for result in module.run(rows=wanted)]


def _report(results: list[dict[str, Any]]) -> dict[str, Any]:
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {sys.platform}"
    return {"machine": machine, "commit": commit.stdout.strip(), "results": results}


def _print(bench: str, results: list[dict[str, Any]]) -> None:
    table = Table(title=f"owl bench {bench}")
    for heading in ("metric", "value", "unit", "reference", "its value", "ratio"):
        table.add_column(heading, justify="left" if heading in {"metric", "unit", "reference"} else "right")
    for row in results:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
        measured = "" if row["reference_value"] is None else f"{row['reference_value']:,.1f}"
        table.add_row(row["metric"], f"{row['value']:,.1f}", row["unit"], row["reference"] or "", measured, ratio)
    # Metrics are sentences: in a file they need not be broken.
    Console(width=None if sys.stdout.isatty() else 160).print(table)

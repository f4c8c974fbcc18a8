"""``./owl doctor``: the doctor of the node in this environment, or of every node of a running demo."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from owlnode.embedded.errors import EmbeddedError
from owlnode.region.engine import Engine
from owlnode.region.home import Home
from owlnode.region.node import ROOT
from owlnode.region.plan import CITIES


def main(arguments: list[str]) -> int:
    """With DATABASE_URL set: that node. Else the demo in ``--home``. Returns 1 when something is wrong anywhere."""
    parser = argparse.ArgumentParser(prog="owl doctor", description="Explain what is wrong with this node.")
    parser.add_argument("--home", type=Path, default=ROOT / ".owl", help="folder of the demo (default .owl)")
    parser.add_argument("--port-base", type=int, default=8101, help="first port of the demo (default 8101)")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    options = parser.parse_args(arguments)
    command = [sys.executable, str(ROOT / "manage.py"), "doctor", *(["--json"] if options.json else [])]
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own program
    if not (options.home / "credentials.json").exists():
        raise EmbeddedError(
            f"no node here: set DATABASE_URL and REDIS_URL, or start ./owl demo (looked in {options.home})."
        )
    status = 0
    for node in Engine.describe(Home(options.home), [(c.slug, c.name) for c in CITIES], options.port_base).values():
        sys.stdout.write(f"\n{node.name} – {node.url}\n")
        sys.stdout.flush()
        status |= subprocess.run(command, env=node.environment(), check=False).returncode  # noqa: S603
    return status

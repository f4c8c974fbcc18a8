"""``./owl check``: every rule of the house, one line each; details only where something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from owlnode import translations

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "owlnode.settings.production",
    "OWLNODE_SECRET_KEY": "only-to-check-the-settings-" + "0123456789abcdef" * 3,
    "OWLNODE_BASE_URL": "https://daten.example.org",
}
TEST = {"DJANGO_SETTINGS_MODULE": "owlnode.settings.test"}
CODE = ["apps", "owlnode", "tests", "manage.py", "owl"]


def steps() -> list[tuple[str, list[str], dict[str, str]]]:
    """Name, command and environment of each check that is a program."""
    manage = [sys.executable, "manage.py"]
    dockerfiles = [str(path) for path in sorted((ROOT / "docker").glob("*Dockerfile*"))]
    templates = [str(path) for folder in ("apps", "owlnode") for path in sorted((ROOT / folder).rglob("templates"))]
    return [
        ("ruff: lint", [str(BIN / "ruff"), "check", *CODE], {}),
        ("ruff: format", [str(BIN / "ruff"), "format", "--check", *CODE], {}),
        ("mypy: types", [str(BIN / "mypy"), "apps", "owlnode", "tests"], {}),
        ("imports go down", [str(BIN / "lint-imports"), "--config", "importlinter.ini"], TEST),
        ("migrations complete", [*manage, "makemigrations", "--check", "--dry-run", "--no-input"], TEST),
        ("deployment settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        *([("templates", [str(BIN / "djlint"), "--lint", "--quiet", *templates], {})] if templates else []),
        *([("container file", [str(BIN / "hadolint"), *dockerfiles], {})] if dockerfiles else []),
    ]


def main(arguments: list[str]) -> int:
    """Run all checks; 0 only when every one is clean."""
    translations.compile_if_stale()
    failed = [name for name, command, env in steps() if not _passes(name, command, env)]
    lacking = translations.missing()
    sys.stdout.write(f"{'ok  ' if not lacking else 'FAIL'} translations complete\n")
    if lacking:
        failed.append("translations complete")
        sys.stdout.write("".join(f"     no German for: {text}\n" for text in lacking[:40]))
    sys.stdout.write(f"\n{'All checks are clean.' if not failed else 'Not clean: ' + ', '.join(failed)}\n")
    return 1 if failed else 0


def _passes(name: str, command: list[str], env: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own tools
        command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False
    )
    sound = done.returncode == 0
    sys.stdout.write(f"{'ok  ' if sound else 'FAIL'} {name} ({time.monotonic() - started:.0f} s)\n")
    if not sound:
        sys.stdout.write((done.stdout + done.stderr)[-6000:] + "\n")
    sys.stdout.flush()
    return sound

"""Imports go down only, and the contracts that say so are the ones the design tested."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.architecture.code import ROOT, modules


def test_every_contract_is_kept() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--config", "importlinter.ini", "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_imported_inside_a_function_but_handlers_in_ready() -> None:
    found = [
        f"{name}:{inner.lineno}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name != "ready"
        for inner in ast.walk(node)
        if isinstance(inner, (ast.Import, ast.ImportFrom))
    ]
    assert found == []


def test_provider_and_consumer_never_meet() -> None:
    for name, tree in modules().items():
        names = {
            getattr(node, "module", "") or ""
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
        }
        if name.startswith("apps/provider/"):
            assert not any(entry.startswith("apps.consumer") for entry in names), name
        if name.startswith("apps/consumer/"):
            assert not any(entry.startswith("apps.provider") for entry in names), name


def test_what_few_files_need_is_loaded_with_the_first_of_them() -> None:
    """Parquet, PDF and pictures are 12 MB of every process (docs/decisions/0011-fast-reading.md)."""
    asked = (
        "import sys, owlnode.wsgi; from django.urls import get_resolver; get_resolver().url_patterns;"
        "print([name for name in ('pyarrow.parquet', 'pikepdf', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"

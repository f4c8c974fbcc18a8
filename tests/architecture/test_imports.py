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

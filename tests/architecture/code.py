"""The project's modules as syntax trees, for the rules of the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STACK = (
    "core",
    "ledger",
    "accounts",
    "peers",
    "sensors",
    "sources",
    "catalogue",
    "agreements",
    "provider",
    "consumer",
    "holdings",
    "desk",
)
DOMAIN = STACK[1:]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of apps and owlnode by its path below the root, migrations left out."""
    paths = [path for folder in ("apps", "owlnode") for path in sorted((ROOT / folder).rglob("*.py"))]
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in paths
        if "migrations" not in path.parts
    }


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods included."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def called(node: ast.AST) -> Iterator[str]:
    """The last word of whatever is called below ``node``."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            yield inner.func.attr

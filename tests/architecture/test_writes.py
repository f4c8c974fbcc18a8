"""Writes happen in services (and the few managers and commands that stand on them), nowhere else."""

from __future__ import annotations

import ast

from tests.architecture.code import DOMAIN, called, modules

WRITING = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
READING_PARTS = (
    "selectors",
    "clients",
    "querysets",
    "views",
    "types",
    "states",
    "events",
    "admin",
    "handlers",
    "tasks",
)


def test_selectors_views_and_screens_write_nothing() -> None:
    found = []
    for name, tree in modules().items():
        parts = name.removesuffix(".py").split("/")
        if parts[0] == "apps" and parts[1] != "core" and any(part in READING_PARTS for part in parts[2:]):
            found += [f"{name}: {word}" for word in set(called(tree)) & WRITING]
    assert found == []


def test_no_signal_of_a_model_drives_anything() -> None:
    names = {
        alias.name
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals"
        for alias in node.names
    }
    assert names & {"post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed"} == set()


def test_services_take_keywords_only() -> None:
    found = []
    for name, tree in modules().items():
        parts = name.split("/")
        if parts[0] != "apps" or parts[1] not in DOMAIN or parts[2] not in {"services.py"}:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.args.args:
                found.append(f"{name}: {node.name}")
    assert found == []

"""Documents keep step: every app, command, metric and decision is written down, and no link leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from owlnode.operations.metrics import NodeCollector
from tests.architecture.code import ROOT, modules

DOCS = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_app_stands_in_the_architecture() -> None:
    apps = {path.parent.name for path in (ROOT / "apps").glob("*/__init__.py")}
    assert {app for app in apps if not re.search(rf"\b{app}\b", _text("docs/architecture.md"))} == set()


def test_every_command_is_documented() -> None:
    commands = {
        Path(name).stem
        for name in modules()
        if "/management/commands/" in name and not name.endswith("__init__.py") and "region" not in name
    }
    text = "".join(path.read_text(encoding="utf-8") for path in DOCS)
    assert {command for command in commands if not re.search(rf"\b{command}\b", text)} == set()


@pytest.mark.django_db
def test_every_metric_is_documented() -> None:
    names = {family.name for family in NodeCollector().collect()}
    assert {name for name in names if name not in _text("docs/operations.md")} == set()


def test_every_dependency_has_its_reason() -> None:
    reasons = _text("docs/dependencies.md")
    names = {
        re.split(r"[=\[]", line)[0]
        for path in ROOT.glob("requirements*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    }
    assert {name for name in names if name not in reasons} == set()


def test_every_requirement_is_pinned_without_an_address() -> None:
    lines = [
        line
        for path in ROOT.glob("requirements*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    pinned = re.compile(r"[A-Za-z0-9._-]+(\[[a-z0-9,-]+\])?==[0-9][0-9a-z.]*")
    assert [line for line in lines if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_no_link_leads_nowhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_decisions_are_numbered_and_say_what_follows() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers)
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert all(word in text for word in ("Decision", "Rationale", "Consequences")), path.name

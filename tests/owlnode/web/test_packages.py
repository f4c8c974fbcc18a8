"""Files from npm: only those that pages need, found by their static names, and a clear word when they are missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured

from owlnode.web import checks, packages

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def test_every_wanted_file_is_installed_and_found() -> None:
    assert packages.missing() == []
    assert {name for name in packages.FILES if finders.find(name) is None} == set()


def test_nothing_else_of_node_modules_is_served() -> None:
    assert finders.find("vendor/../axe-core/axe.min.js") is None
    assert finders.find("vendor/package.json") is None
    assert {name for name, _storage in packages.PackageFinder().list([])} == set(packages.FILES)


def test_missing_packages_are_named_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MODULES", tmp_path)
    monkeypatch.setattr(packages, "missing", lambda: ["uplot/dist/uPlot.min.css"])
    with pytest.raises(ImproperlyConfigured, match=r"uPlot.*npm ci"):
        list(packages.PackageFinder().list([]))
    assert [warning.id for warning in checks.installed(None)] == ["web.W001"]


def test_the_lock_file_holds_checksums_and_no_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: entry for name, entry in lock.items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in installed.values())
    assert not any("resolved" in entry for entry in installed.values())


def test_versions_are_exact() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)

"""Rooms stay small, nothing is called utils, every public thing says what it is, nothing foreign is tracked."""

from __future__ import annotations

import ast
import re
import subprocess

from tests.architecture.code import ROOT, functions, modules

# Here and below one letter of each stands in brackets, so that this file says none of them itself.
FOREIGN = re.compile(
    r"/wor[k]/|/tmp/bash_job[s]|registry\.npmj[s]|pypi\.or[g]|files\.pythonhoste[d]|deb\.debian\.or[g]|/roo[t]/"
)


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [
        f"{name}: {node.name}"
        for name, tree in modules().items()
        for node in functions(tree)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > 50
    ]
    assert long == []


def test_no_room_is_called_utils_or_helpers() -> None:
    assert [name for name in modules() if re.search(r"(^|/)(utils|helpers|misc|common)(\.py|/)", name)] == []


def test_every_public_thing_says_what_it_is() -> None:
    silent = []
    for name, tree in modules().items():
        if name.endswith(("management/__init__.py", "commands/__init__.py")):
            continue
        if not ast.get_docstring(tree):
            silent.append(name)
        for node in tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                silent.append(f"{name}: {node.name}")
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|NotImplementedErro[r]")
    found = [name for name in modules() if marks.search((ROOT / name).read_text(encoding="utf-8"))]
    assert found == []


def test_no_path_of_a_machine_and_no_registry_is_tracked() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = []
    for name in listed.splitlines():
        path = ROOT / name
        if not path.is_file():
            continue
        if FOREIGN.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    assert found == []

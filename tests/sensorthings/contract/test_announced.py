"""What is announced is tested, what is tested is announced."""

from __future__ import annotations

import ast
from pathlib import Path

from apps.sensorthings.reading.landing import CONFORMANCE
from tests.sensorthings.city import City
from tests.sensorthings.contract.requirements import EXTENSIONS, REQUIREMENTS, SPEC, function_name, names

HERE = Path(__file__).parent


def _tested() -> set[str]:
    """The beginnings of all test names here that say a requirement."""
    found = [
        node.name.partition("__")[0]
        for path in HERE.glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_req_")
    ]
    return set(found)


def test_every_announced_requirement_has_its_test_and_every_such_test_its_requirement() -> None:
    assert _tested() == {function_name(one) for one in names()}


def test_the_landing_page_announces_what_is_written_down_here(city: City) -> None:
    announced = city.get("/sta/v1.1")["serverSettings"]["conformance"]
    assert announced == CONFORMANCE
    assert sorted(announced) == sorted(f"{SPEC}{name}" for name in REQUIREMENTS)
    assert not [one for one in announced if one.removeprefix(SPEC).startswith(EXTENSIONS)]

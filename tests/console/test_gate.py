"""The gate: role × address × method over every address of the console; what is not in the table is a red test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.types import Role
from tests.console.matrix import MATRIX, Line

WHO = ["stranger", "nobody", *Role.values]


def _screens() -> Iterator[URLPattern]:
    def below(entries: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
        for entry in entries:
            if isinstance(entry, URLResolver):
                yield from below(entry.url_patterns)
            else:
                yield entry

    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            for inner in [entry, *entry.url_patterns]:
                if isinstance(inner, URLResolver) and inner.namespace == "console":
                    yield from below(inner.url_patterns)


def test_every_address_stands_in_the_matrix_and_nothing_else() -> None:
    assert {str(pattern.name) for pattern in _screens()} == set(MATRIX)


def test_every_view_stands_behind_the_gate_with_the_roles_of_the_matrix() -> None:
    for pattern in _screens():
        line = MATRIX[str(pattern.name)]
        gate = getattr(pattern.callback, "screen", None)
        assert gate is not None, pattern.name
        roles, methods = gate
        assert roles == line.lookers | line.actors, pattern.name
        assert ("GET" in methods) == bool(line.look), pattern.name
        assert ("POST" in methods) == bool(line.act), pattern.name


@pytest.mark.parametrize("who", WHO)
def test_role_by_address_by_method(who: str, as_role: Callable[[str], Client]) -> None:
    client = as_role(who)
    for name, line in MATRIX.items():
        address = reverse(f"console:{name}", kwargs=line.needs)
        for method, roles in (("get", line.lookers), ("post", line.actors)):
            answer = getattr(client, method)(address)
            assert _outcome(answer.status_code, answer.headers.get("Location", "")) == _expected(
                who, method, roles, line
            ), f"{who} {method} {name}"


def _outcome(status: int, location: str) -> str:
    if status == 302 and location.startswith("/console/account/login/"):
        return "door"
    return {403: "refused", 405: "no such method"}.get(status, "through")


def _expected(who: str, method: str, roles: frozenset[Role], line: Line) -> str:
    if who == "stranger":
        return "door"
    if who not in line.lookers | line.actors:
        return "refused"
    if not roles:
        return "no such method"
    return "through"

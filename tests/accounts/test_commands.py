"""Commands of accounts: no password on the command line, safe to repeat."""

from __future__ import annotations

import io
import sys

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.accounts import selectors, services
from apps.accounts.types import Role
from tests.accounts.conftest import PASSWORD

VARIABLE = "OWLNODE_ADMIN_PASSWORD"


def run(*arguments: str) -> str:
    """The command's standard output."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_an_administrator_is_made_from_the_environment_and_left_alone_the_second_time(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    run("create_admin", "root")
    monkeypatch.setenv(VARIABLE, "ein-anderes-passwort-9")
    assert "nothing changed" in run("create_admin", "root")
    root = authenticate(username="root", password=PASSWORD)
    assert root == selectors.person(username="root")
    assert root is not None
    assert root.is_superuser
    assert services.has_role(root, Role.ADMINISTRATOR)


def test_a_password_can_come_from_standard_input_and_be_reset(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\n"))
    run("create_admin", "root")
    monkeypatch.setattr(sys, "stdin", io.StringIO("ein-anderes-passwort-9\n"))
    run("create_admin", "root", "--reset-password")
    assert authenticate(username="root", password="ein-anderes-passwort-9") is not None


@pytest.mark.parametrize("given", ["", "\n", "123\n"])
def test_without_a_decent_password_nothing_is_made(db: None, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    with pytest.raises(CommandError):
        run("create_admin", "root")
    assert selectors.person(username="root") is None


def test_issue_token_prints_the_secret_and_nothing_else(db: None) -> None:
    secret = run("issue_token", "gateway-1", "--scope", "ingest").strip()
    assert services.authenticate_token(secret=secret, scope="ingest").user.display_name == "gateway-1"
    with pytest.raises(CommandError):
        run("issue_token", "gateway-1", "--scope", "IN GEST")

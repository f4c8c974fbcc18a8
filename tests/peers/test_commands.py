"""``manage.py peer``: readable, and no way around the ceremony."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.peers import services
from apps.peers.models import NodeKey, Peer
from apps.peers.states import PeerState
from tests.peers.city import City
from tests.peers.conftest import Configure

pytestmark = pytest.mark.django_db
PASSWORDS = {"anna": "correct horse 1", "boris": "correct horse 2"}


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("peer", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _typed_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORDS[prompt.split()[-1].rstrip(":")])


def test_identity_makes_the_first_key_and_shows_the_words(configure: Configure, db: None) -> None:
    text = run("identity")
    identity = services.ensure_identity()
    assert identity.did in text
    assert " ".join(identity.words) in text
    assert NodeKey.objects.count() == 1


def test_the_whole_ceremony_on_the_shell(node: Any, city: City, anna: User, boris: User) -> None:
    shown = run("add", city.base_url, "--name", "Detmold", "--as", "anna")
    words = shown.rpartition("in words")[2].split()
    assert "A second administrator" in run("confirm", city.did, *words, "--as", "anna")
    assert "trusted" in run("confirm", city.base_url, *words, "--as", "boris")
    assert "trusted" in run("list")
    for action, state in (
        ("suspend", "suspended"),
        ("resume", "trusted"),
        ("distrust", "proposed"),
        ("remove", "removed"),
    ):
        assert state in run(action, city.did, "--as", "anna")
        assert Peer.objects.get().state == state


def test_a_wrong_password_speaks_for_nobody(node: Any, city: City, anna: User, boris: User) -> None:
    run("add", city.base_url, "--as", "anna")
    before, PASSWORDS["boris"] = PASSWORDS["boris"], "guessed"
    try:
        with pytest.raises(CommandError, match="password"):
            run("confirm", city.did, "x", "--as", "boris")
    finally:
        PASSWORDS["boris"] = before


def test_errors_are_sentences_with_the_way_out(node: Any, city: City, anna: User) -> None:
    with pytest.raises(CommandError, match="nobody"):
        run("add", city.base_url, "--as", "nobody")
    with pytest.raises(CommandError, match="did:web:unknown"):
        run("suspend", "did:web:unknown", "--as", "anna")
    run("add", city.base_url, "--as", "anna")
    with pytest.raises(CommandError):
        run("confirm", city.did, "0" * 64, "--as", "anna")
    assert Peer.objects.get().state == PeerState.PROPOSED


def test_keys_are_rotated_and_revoked(node: Any, anna: User) -> None:
    assert "#key-2" in run("rotate-key", "--as", "anna")
    assert "#key-3" in run("revoke-key", "--as", "anna")


def test_a_trust_file_is_made_of_identities(node: Any, city: City, tmp_path: Path) -> None:
    own = json.loads(run("identity", "--json"))
    other = {"name": "Detmold", "base_url": city.base_url, "document": city.document()}
    path = tmp_path / "trust.json"
    path.write_text(json.dumps({"peers": [own, other]}))
    path.chmod(0o600)
    assert run("trust-file", str(path)) == "Detmold: trusted\n"
    assert run("trust-file", str(path)) == ""

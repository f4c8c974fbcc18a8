"""A node with its own keys, two administrators, and another city on a real socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.peers import clients, services
from apps.peers.models import Peer
from tests.peers.city import City

Configure = Callable[..., Any]


@pytest.fixture
def configure(settings: Settings, tmp_path: Path) -> Configure:
    """Change this node's settings for one test."""
    settings.NODE = settings.NODE.model_copy(update={"keys_dir": tmp_path / "keys", "allow_trust_file": True})

    def change(**values: object) -> Any:
        settings.NODE = settings.NODE.model_copy(update=values)
        return settings.NODE

    return change


@pytest.fixture
def node(configure: Configure, db: None) -> Any:
    """This node with its first key."""
    return services.ensure_identity()


@pytest.fixture
def city() -> Iterator[City]:
    """Another city, listening."""
    one = City()
    yield one
    one.close()
    clients.forget_connections()


@pytest.fixture
def anna(db: None) -> User:
    """The first administrator."""
    return accounts.create_administrator(username="anna", password="correct horse 1")


@pytest.fixture
def boris(db: None) -> User:
    """The second administrator."""
    return accounts.create_administrator(username="boris", password="correct horse 2")


@pytest.fixture
def trust(node: Any, tmp_path: Path) -> Callable[[City], Peer]:
    """Make a city trusted at once, by a trust file."""

    def now(other: City, name: str = "Detmold") -> Peer:
        path = tmp_path / "trust.json"
        entry = {"name": name, "base_url": other.base_url, "document": other.document()}
        path.write_text(json.dumps({"peers": [entry]}))
        path.chmod(0o600)
        return services.trust_from_file(path=path)[0]

    return now


@pytest.fixture
def peer(trust: Callable[[City], Peer], city: City) -> Peer:
    """The other city, trusted."""
    return trust(city)

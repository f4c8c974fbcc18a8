"""A node with keys of its own and one trusted city that really signs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from apps.peers.models import Peer
from tests.agreements.conftest import quiet
from tests.peers.city import City
from tests.peers.conftest import city, configure, node, trust

__all__ = ["city", "configure", "node", "quiet", "trust"]

Ask = Callable[..., Any]


@pytest.fixture
def peer(trust: Callable[[City], Peer], city: City, quiet: None, settings: Settings) -> Peer:
    """The other city, trusted."""
    settings.ROOT_URLCONF = "apps.dataspace.urls"
    return trust(city)


@pytest.fixture
def ask(peer: Peer, city: City) -> Ask:
    """Send a request signed by the city (or by ``by``) and return Django's response."""

    def send(
        method: str,
        rest: str,
        document: Any = None,
        *,
        by: City | None = None,
        created: datetime | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        target = f"/dsp/2025-1/{rest}"
        body = document if isinstance(document, bytes) else b"" if document is None else json.dumps(document).encode()
        signed = headers if headers is not None else (by or city).signed(method, target, body, created=created)
        return Client().generic(method, target, body, content_type=signed.get("Content-Type", ""), headers=signed)

    return send

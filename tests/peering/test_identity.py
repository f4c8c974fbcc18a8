"""The identity document, for anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.peers import services
from apps.wire import did

pytestmark = pytest.mark.django_db
URL = "/.well-known/did.json"


def test_the_document_names_this_node_and_its_key(node: Any, client: Client) -> None:
    response = client.get(URL)
    found = did.parse(response.json())
    assert (found.did, [key.keyid for key in found.keys]) == (node.did, [node.keyid])
    assert response["Content-Type"] == "application/did+json"


def test_during_an_overlap_both_keys_are_listed(node: Any, client: Client, anna: User) -> None:
    services.rotate_key(user=anna)
    services.advance_keys()
    assert len(did.parse(client.get(URL).json()).keys) == 2


def test_a_node_without_a_key_says_so(configure: Any, client: Client) -> None:
    response = client.get(URL)
    assert (response.status_code, response.json()["code"]) == (503, "key-missing")


def test_it_is_only_read(node: Any, client: Client) -> None:
    assert client.post(URL).status_code == 405

"""A peer announces its new key."""

from __future__ import annotations

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.peers import selectors
from apps.peers.models import Peer
from apps.wire import canonical, envelopes
from tests.peering.calls import ask
from tests.peers.city import City
from tests.peers.test_rotations import rotation

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/peering/v1/keys/rotations"


def test_a_rotation_is_accepted_and_the_new_key_counts(live_server: LiveServer, peer: Peer, city: City) -> None:
    new = city.new_key(2)
    body = canonical.dumps(envelopes.seal(rotation(city, new), city.key, new))
    assert ask(live_server, city, "POST", URL, body).status == 204
    assert ask(live_server, city, "POST", URL, body).status == 204
    assert selectors.verify_key(new.keyid) == new.verify_key
    city.key = new
    assert ask(live_server, city, "GET", "/peering/v1/checkpoints").status == 200


def test_one_signature_is_not_enough(live_server: LiveServer, peer: Peer, city: City) -> None:
    new = city.new_key(2)
    heard = ask(live_server, city, "POST", URL, canonical.dumps(envelopes.seal(rotation(city, new), city.key)))
    assert (heard.status, heard.json()["code"]) == (400, "bad-message")
    assert selectors.verify_key(new.keyid) is None


def test_nonsense_is_a_clear_refusal(live_server: LiveServer, peer: Peer, city: City) -> None:
    for body in (b"[]", b"{}", b'{"a":1,"a":2}', b"\xff"):
        assert ask(live_server, city, "POST", URL, body).status == 400

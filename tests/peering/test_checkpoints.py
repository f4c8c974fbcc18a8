"""Ledgers watch each other over the wire."""

from __future__ import annotations

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.ledger.types import Key, notes
from apps.peers import selectors
from apps.peers.models import Peer
from apps.wire import canonical, messages
from tests.peering.calls import ask
from tests.peers.city import City
from tests.peers.test_checkpoints import Log

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/peering/v1/checkpoints"


def own_key() -> Key:
    return Key(selectors.this_node().did, selectors.signing_key().verify_key.raw)


def test_anybody_trusted_may_see_our_checkpoint(live_server: LiveServer, peer: Peer, city: City) -> None:
    offered = messages.CheckpointExchange.of(ask(live_server, city, "GET", URL).json())
    assert notes.open_checkpoint(offered.note or "", own_key()).size > 0


def test_a_checkpoint_is_cosigned(live_server: LiveServer, peer: Peer, city: City) -> None:
    log = Log(city)
    heard = ask(live_server, city, "POST", URL, canonical.dumps(log.statement(0).to_mapping()))
    reply = messages.CheckpointExchange.of(heard.json())
    head = notes.Head(origin=city.did, size=log.size, root=log.root(log.size))
    assert notes.open_cosignature(head.text(), reply.cosignature or "", own_key())


def test_a_fork_is_refused_by_its_name(live_server: LiveServer, peer: Peer, city: City) -> None:
    log = Log(city)
    ask(live_server, city, "POST", URL, canonical.dumps(log.statement(0).to_mapping()))
    log.salt = b"another history"
    heard = ask(live_server, city, "POST", URL, canonical.dumps(log.statement(5).to_mapping()))
    assert (heard.status, heard.json()["code"]) == (409, "ledger-fork")


def test_nonsense_is_a_clear_refusal(live_server: LiveServer, peer: Peer, city: City) -> None:
    for body in (b"{}", b"[1]", b'{"type":"owl.hint"}'):
        assert ask(live_server, city, "POST", URL, body).status == 400

"""The door of the edge, over a real socket: signed questions in, signed answers out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.peers import services
from apps.peers.models import Peer
from apps.wire.errors import Tampered
from tests.peering.calls import ask, prove, speak
from tests.peers.city import City

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/peering/v1/checkpoints"


def test_the_target_is_verified_as_it_was_spelled(live_server: LiveServer, peer: Peer, city: City) -> None:
    for target in (URL, URL + "?known=0", URL + "?known=0&cursor=1.a%2Fb%3D%3a&x=a+b"):
        headers = city.signed("GET", target)
        heard = speak(live_server, "GET", target, headers=headers)
        assert heard.status == 200
        prove(heard, "GET", target, headers)


def test_needless_encodings_of_a_path_are_refused(live_server: LiveServer, peer: Peer, city: City) -> None:
    for target in ("/peering/v1/%63heckpoints", "/peering%2Fv1/checkpoints?known=1"):  # the server loses them
        heard = speak(live_server, "GET", target, headers=city.signed("GET", target))
        assert (heard.status, heard.json()["code"]) == (401, "tampered")


def test_an_answer_is_bound_to_its_own_request(live_server: LiveServer, peer: Peer, city: City) -> None:
    headers = city.signed("GET", URL)
    heard = speak(live_server, "GET", URL, headers=headers)
    with pytest.raises(Tampered):
        prove(heard, "GET", URL, city.signed("GET", URL))
    heard.body += b" "
    with pytest.raises(Tampered):
        prove(heard, "GET", URL, headers)


def test_a_refusal_after_the_peer_is_known_is_signed_too(live_server: LiveServer, peer: Peer, city: City) -> None:
    heard = ask(live_server, city, "GET", URL + "?known=minus")
    assert (heard.status, heard.json()["part"]) == (400, "known")


def test_nobody_and_nobody_known_are_refused(live_server: LiveServer, peer: Peer, city: City) -> None:
    assert speak(live_server, "GET", URL).status == 401
    stranger = City("localhost")
    try:
        heard = speak(live_server, "GET", URL, headers=stranger.signed("GET", URL))
        assert (heard.status, heard.json()["code"]) == (401, "unknown-key")
    finally:
        stranger.close()


def test_a_replay_is_refused(live_server: LiveServer, peer: Peer, city: City) -> None:
    headers = city.signed("GET", URL)
    assert speak(live_server, "GET", URL, headers=headers).status == 200
    again = speak(live_server, "GET", URL, headers=headers)
    assert (again.status, again.json()["code"]) == (401, "replayed")


def test_a_tampered_body_is_refused(live_server: LiveServer, peer: Peer, city: City) -> None:
    headers = city.signed("POST", URL, b'{"a":1}')
    heard = speak(live_server, "POST", URL, headers=headers, body=b'{"a":2}')
    assert (heard.status, heard.json()["code"]) == (401, "tampered")


def test_a_wrong_clock_is_named(live_server: LiveServer, peer: Peer, city: City) -> None:
    for seconds, code in ((-400, "signature-too-old"), (120, "signature-from-future")):
        created = datetime.now(UTC) + timedelta(seconds=seconds)
        heard = speak(live_server, "GET", URL, headers=city.signed("GET", URL, created=created))
        assert (heard.status, heard.json()["code"]) == (401, code)


def test_a_suspended_peer_is_refused(live_server: LiveServer, peer: Peer, city: City, anna: User) -> None:
    services.suspend(peer=peer, user=anna, reason="")
    heard = speak(live_server, "GET", URL, headers=city.signed("GET", URL))
    assert (heard.status, heard.json()["code"]) == (403, "untrusted-peer")


def test_a_message_beyond_the_limit_is_refused_before_it_is_read(
    live_server: LiveServer, peer: Peer, city: City
) -> None:
    headers = city.signed("POST", URL) | {"Content-Length": str(9 * 1024 * 1024)}
    assert speak(live_server, "POST", URL, headers=headers).status == 413


def test_the_address_comes_from_configuration_not_from_the_request(
    live_server: LiveServer, peer: Peer, city: City
) -> None:
    for name in ("X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"):
        heard = speak(live_server, "GET", URL, headers=city.signed("GET", URL) | {name: "host=evil.example"})
        assert heard.status == 200

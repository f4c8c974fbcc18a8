"""Calls to peers: signed, proven, bounded, never led astray, and stopped by the breaker."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import ClockSkew, Invalid, PeerError, PeerRefused, PeerUnreachable, UntrustedPeer
from apps.peers import clients, services
from apps.peers.clients import addresses
from apps.peers.errors import (
    AddressRefused,
    AnswerTooLarge,
    AnswerUnproven,
    BreakerOpen,
    Redirected,
    Refused,
)
from apps.peers.models import NodeKey, Peer
from apps.peers.states import BREAKER_THRESHOLD, Breaker
from apps.wire import signatures
from tests.peers.city import City, Received, Reply
from tests.peers.conftest import Configure

pytestmark = pytest.mark.django_db


def get(peer: Peer, path: str = "/peering/v1/feed/x", **kwargs: Any) -> Any:
    return clients.send(peer=peer, method="GET", path=path, **kwargs)


def always(reply: Reply) -> Any:
    return lambda received: reply


def test_a_request_is_signed_for_exactly_this_target_and_body(peer: Peer, city: City) -> None:
    clients.send(peer=peer, method="POST", path="/peering/v1/hints?a=b%3ac", json={"b": 1, "a": [1.5]})
    received = city.requests[-1]
    assert received.target == "/peering/v1/hints?a=b%3Ac"
    assert received.body == b'{"a":[1.5],"b":1}'
    row = NodeKey.objects.current().get()
    verified = signatures.verify_request(
        method=received.method,
        url=city.base_url + received.target,
        headers=received.headers,
        body=received.body,
        resolve={row.keyid: row.verify_key}.get,
        at=datetime.now(UTC),
    )
    assert verified.keyid == row.keyid
    assert received.headers["Host"] == f"127.0.0.1:{city.port}"


def test_a_proven_answer_is_returned_with_its_headers(peer: Peer, city: City) -> None:
    city.script = always(Reply(body=b'{"rows": 3}', headers={"Owl-More": "1"}))
    answer = get(peer)
    assert (answer.status, answer.json(), answer.headers["owl-more"], answer.proven) == (200, {"rows": 3}, "1", True)


def test_an_empty_success_needs_no_signature(peer: Peer, city: City) -> None:
    city.script = always(Reply(status=204, body=b"", signed=False))
    assert get(peer).proven is False


@pytest.mark.parametrize(
    "spoil",
    [
        lambda reply: setattr(reply, "signed", False),
        lambda reply: reply.headers.update({"Content-Digest": "sha-256=:AAAA:"}),
    ],
)
def test_an_unproven_answer_is_not_used(peer: Peer, city: City, spoil: Any) -> None:
    reply = Reply()
    spoil(reply)
    reply.signed = False
    city.script = always(reply)
    with pytest.raises(AnswerUnproven):
        get(peer)


def test_an_answer_to_another_request_is_not_used(peer: Peer, city: City) -> None:
    first: list[Received] = []

    def replay(received: Received) -> Reply:
        first.append(received)
        signed = city.sign(first[0], Reply(), {"Content-Type": "application/json"})
        return Reply(signed=False, headers=signed)

    city.script = replay
    assert get(peer).proven
    with pytest.raises(AnswerUnproven):
        get(peer)


def test_a_body_changed_on_the_way_is_noticed(peer: Peer, city: City) -> None:
    def change(received: Received) -> Reply:
        signed = city.sign(received, Reply(body=b'{"a":1}'), {"Content-Type": "application/json"})
        return Reply(body=b'{"a":2}', signed=False, headers=signed)

    city.script = change
    with pytest.raises(AnswerUnproven):
        get(peer)


def test_an_answer_signed_by_another_peer_is_not_used(peer: Peer, city: City, trust: Any) -> None:
    other = City("localhost")
    try:
        trust(other, "Herford")
        city.key = other.key
        with pytest.raises(AnswerUnproven):
            get(peer)
    finally:
        other.close()


@pytest.mark.parametrize("seconds", [-400, 90])
def test_a_peer_with_a_wrong_clock_is_told_apart(peer: Peer, city: City, seconds: int) -> None:
    city.script = always(Reply(created=datetime.now(UTC) + timedelta(seconds=seconds)))
    with pytest.raises(ClockSkew) as caught:
        get(peer)
    assert abs(caught.value.offset_seconds - seconds) < 5


def test_the_clock_of_a_peer_is_learned_from_its_answers(peer: Peer, city: City) -> None:
    city.script = always(Reply(created=datetime.now(UTC) + timedelta(seconds=20)))
    get(peer)
    peer.refresh_from_db()
    assert peer.clock_offset_s is not None
    assert 15 < peer.clock_offset_s < 25


def test_a_peer_that_finds_our_clock_wrong_says_so(peer: Peer, city: City) -> None:
    city.script = always(Reply(status=401, body=b'{"code":"signature-from-future"}', signed=False))
    with pytest.raises(ClockSkew):
        get(peer)


def test_a_redirect_is_never_followed(peer: Peer, city: City) -> None:
    city.script = always(Reply(status=302, body=b"", headers={"Location": city.base_url + "/elsewhere"}))
    with pytest.raises(Redirected):
        get(peer)
    assert len(city.requests) == 1


def test_a_refusal_carries_status_code_and_the_whole_answer(peer: Peer, city: City) -> None:
    body = b'{"code":"gone","detail":"withdrawn","notice":{"x":1}}'
    city.script = always(Reply(status=410, body=body))
    with pytest.raises(Refused) as caught:
        get(peer)
    assert (caught.value.peer_status, caught.value.peer_code) == (410, "gone")
    assert caught.value.answer.object()["notice"] == {"x": 1}
    assert caught.value.answer.proven
    assert isinstance(caught.value, PeerRefused)


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}])
def test_an_oversize_answer_is_cut_off(peer: Peer, city: City, headers: dict[str, str]) -> None:
    if headers:
        chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
        raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 10 + b"0\r\n\r\n"
        city.script = always(Reply(raw=raw))
    else:
        city.script = always(Reply(body=b"x" * 40_000, content_type="text/plain"))
    with pytest.raises(AnswerTooLarge):
        get(peer, max_bytes=10_000)


def test_an_answer_of_exactly_the_limit_is_taken(peer: Peer, city: City) -> None:
    city.script = always(Reply(body=b"x" * 10_000, content_type="text/plain"))
    assert len(get(peer, max_bytes=10_000).body) == 10_000


def test_a_peer_that_drips_is_cut_off(peer: Peer, city: City) -> None:
    def drip(received: Received) -> Reply:
        time.sleep(2)
        return Reply()

    city.script = drip
    with pytest.raises(PeerUnreachable):
        get(peer, timeout=0.2)


def test_connections_are_kept_between_calls(peer: Peer, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    accept = city.server.get_request

    def counted() -> Any:
        opened.append(1)
        return accept()

    monkeypatch.setattr(city.server, "get_request", counted)
    for _ in range(5):
        get(peer)
    assert len(opened) == 1


def test_a_kept_connection_that_was_closed_meanwhile_is_replaced(peer: Peer, city: City) -> None:
    city.script = always(Reply(headers={"X-Note": "then closed"}))
    get(peer)
    answers = iter([Reply(raw=b""), Reply(body=b'{"again": true}')])
    city.script = lambda received: next(answers)
    assert get(peer).json() == {"again": True}


@pytest.mark.parametrize("path", ["http://evil.example/x", "//evil.example/x", "/a/../b", "/a/%2e%2e/b", "x", "/a#b"])
def test_a_path_outside_of_the_peer_is_refused(peer: Peer, path: str, city: City) -> None:
    with pytest.raises(Invalid):
        get(peer, path)
    assert not city.requests


def test_an_absolute_url_below_the_peer_is_taken(peer: Peer, city: City) -> None:
    get(peer, city.base_url + "/dsp/transfers/1")
    assert city.requests[-1].target == "/dsp/transfers/1"


def test_an_untrusted_peer_is_not_called(peer: Peer, city: City, anna: User) -> None:
    services.suspend(peer=peer, user=anna, reason="")
    with pytest.raises(UntrustedPeer):
        get(peer)
    assert not city.requests


def test_the_breaker_opens_and_recovers(peer: Peer, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.script = always(Reply(status=503, signed=False))
    for _ in range(BREAKER_THRESHOLD):
        with pytest.raises(PeerUnreachable):
            get(peer)
    peer.refresh_from_db()
    assert peer.breaker(clock.now()) == Breaker.OPEN
    with pytest.raises(BreakerOpen):
        get(peer)
    assert len(city.requests) == BREAKER_THRESHOLD

    Peer.objects.filter(pk=peer.pk).update(opened_until=clock.now())
    peer.refresh_from_db()
    assert peer.breaker(clock.now()) == Breaker.HALF_OPEN
    city.script = always(Reply())
    assert get(peer).status == 200
    peer.refresh_from_db()
    assert (peer.failures, peer.breaker(clock.now())) == (0, Breaker.CLOSED)


def test_a_half_open_breaker_lets_one_call_through(peer: Peer, city: City) -> None:
    Peer.objects.filter(pk=peer.pk).update(failures=9, opened_until=clock.now(), last_error="silence")
    city.script = always(Reply(status=502, signed=False))
    at = clock.now()
    assert Peer.objects.take_probe(peer.pk, at=at, seconds=20)
    with pytest.raises(BreakerOpen):
        get(peer)
    assert not city.requests


def test_the_longer_the_silence_the_longer_the_pause(peer: Peer, city: City) -> None:
    Peer.objects.filter(pk=peer.pk).update(failures=30, opened_until=clock.now())
    city.close()
    with pytest.raises(PeerUnreachable):
        get(peer)
    peer.refresh_from_db()
    assert peer.opened_until is not None
    assert timedelta(seconds=25) < peer.opened_until - clock.now() <= timedelta(seconds=300)


def test_a_refusal_is_an_answer_and_never_opens_the_breaker(peer: Peer, city: City) -> None:
    city.script = always(Reply(status=404, body=b"{}"))
    for _ in range(BREAKER_THRESHOLD + 2):
        with pytest.raises(Refused):
            get(peer)
    peer.refresh_from_db()
    assert peer.failures == 0


def test_garbage_instead_of_http_is_an_error_of_the_peer(peer: Peer, city: City) -> None:
    for raw in (b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n", b"HTTP/1.1 20"):
        city.script = always(Reply(raw=raw))
        with pytest.raises(PeerError):
            get(peer)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "100.64.0.1", "::1", "fd12::1", "::ffff:10.0.0.1"],
)
def test_private_ranges_need_the_explicit_setting(configure: Configure, address: str) -> None:
    configure(allow_private_peers=False)
    with pytest.raises(AddressRefused):
        addresses.check(address)
    configure(allow_private_peers=True)
    addresses.check(address)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "ff02::1",
        "fe80::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fd00:ec2::254",
    ],
)
def test_some_addresses_are_never_a_peer(configure: Configure, address: str) -> None:
    configure(allow_private_peers=True)
    with pytest.raises(AddressRefused):
        addresses.check(address)


def test_public_addresses_are_fine(configure: Configure) -> None:
    configure(allow_private_peers=False)
    for address in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"):
        addresses.check(address)


def test_every_address_of_a_name_must_be_fine(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(allow_private_peers=False)
    found = [(2, 1, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(AddressRefused):
        addresses.locate("https://owl.example.org")


def test_plain_http_needs_the_explicit_setting(configure: Configure) -> None:
    configure(allow_http_peers=False)
    with pytest.raises(AddressRefused):
        addresses.locate("http://127.0.0.1:8101")


def test_a_call_to_a_now_private_name_is_refused_before_connecting(
    peer: Peer, city: City, configure: Configure
) -> None:
    configure(allow_private_peers=False)
    with pytest.raises(AddressRefused):
        get(peer)
    assert not city.requests


def test_proxies_of_the_environment_are_ignored(peer: Peer, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(peer).status == 200

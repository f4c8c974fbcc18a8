"""Who may ask: only a trusted peer, each request once, unchanged, and at the right time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.core.errors import ClockSkew, Unauthenticated, UntrustedPeer
from apps.peers import services
from apps.peers.errors import Replayed
from apps.peers.models import NodeKey, Nonce, Peer
from apps.wire import keys, signatures
from apps.wire.errors import FromFuture, SignatureMissing, Tampered, TooOld, UnknownKey
from tests.peers.city import City

TARGET = "/peering/v1/checkpoints?known=0"
pytestmark = pytest.mark.django_db


def ask(city: City, headers: dict[str, str] | None = None, body: bytes = b"", target: str = TARGET) -> Peer:
    method = "POST" if body else "GET"
    headers = headers if headers is not None else city.signed(method, target, body)
    return services.authenticate(method=method, target=target, headers=headers, body=body)


def test_a_trusted_peer_is_recognised_by_its_signature(peer: Peer, city: City) -> None:
    assert ask(city, city.signed("GET", TARGET) | {"User-Agent": "owlnode/9"}) == peer
    assert ask(city, body=b'{"a":1}').did == city.did
    peer.refresh_from_db()
    assert peer.software == "owlnode/9"
    assert peer.last_heard_at is not None


def test_the_same_request_counts_once(peer: Peer, city: City) -> None:
    headers = city.signed("GET", TARGET)
    ask(city, headers)
    with pytest.raises(Replayed):
        ask(city, headers)


def test_a_nonce_is_remembered_for_longer_than_its_signature_is_valid(peer: Peer, city: City) -> None:
    ask(city)
    kept = Nonce.objects.get().expires_at
    assert kept > datetime.now(UTC) + signatures.MAX_AGE + signatures.MAX_SKEW - timedelta(seconds=5)
    assert services.prune_nonces(at=kept - timedelta(seconds=1)) == 0
    assert services.prune_nonces(at=kept + timedelta(seconds=1)) == 1


@pytest.mark.parametrize("change", ["body", "target", "method"])
def test_a_changed_request_is_refused(peer: Peer, city: City, change: str) -> None:
    headers = city.signed("POST", TARGET, b'{"a":1}')
    sent = {"method": "POST", "target": TARGET, "body": b'{"a":1}'}
    sent |= {"body": b'{"a":2}'} if change == "body" else {}
    sent |= {"target": TARGET + "1"} if change == "target" else {}
    sent |= {"method": "PUT"} if change == "method" else {}
    with pytest.raises(Tampered):
        services.authenticate(headers=headers, **sent)  # type: ignore[arg-type]
    assert not Nonce.objects.exists()


def test_a_request_without_signature_is_refused(peer: Peer, city: City) -> None:
    with pytest.raises(SignatureMissing):
        ask(city, {})


@pytest.mark.parametrize(("seconds", "error"), [(-301, TooOld), (-3600, TooOld), (62, FromFuture), (7200, FromFuture)])
def test_a_wrong_clock_is_its_own_error_with_the_offset(
    peer: Peer, city: City, seconds: int, error: type[ClockSkew]
) -> None:
    created = datetime.now(UTC) + timedelta(seconds=seconds)
    with pytest.raises(error) as caught:
        ask(city, city.signed("GET", TARGET, created=created))
    assert abs(caught.value.offset_seconds - seconds) < 5
    assert not isinstance(caught.value, Unauthenticated)
    peer.refresh_from_db()
    assert peer.clock_offset_s is not None
    assert abs(peer.clock_offset_s - seconds) < 5


@pytest.mark.parametrize("seconds", [-290, 50])
def test_a_clock_within_the_profile_is_accepted(peer: Peer, city: City, seconds: int) -> None:
    assert ask(city, city.signed("GET", TARGET, created=datetime.now(UTC) + timedelta(seconds=seconds))) == peer


def test_an_unknown_key_is_refused(peer: Peer, city: City) -> None:
    with pytest.raises(UnknownKey):
        ask(city, city.signed("GET", TARGET, key=city.new_key(2)))


def test_another_key_under_a_known_id_is_refused(peer: Peer, city: City) -> None:
    with pytest.raises(Tampered):
        ask(city, city.signed("GET", TARGET, key=city.new_key(1)))


def test_a_suspended_peer_is_refused_until_it_is_resumed(peer: Peer, city: City, anna: User) -> None:
    services.suspend(peer=peer, user=anna, reason="maintenance")
    with pytest.raises(UntrustedPeer):
        ask(city)
    services.resume(peer=peer, user=anna)
    assert ask(city) == peer


def test_a_removed_peer_is_unknown(peer: Peer, city: City, anna: User) -> None:
    services.remove(peer=peer, user=anna, reason="left the region")
    with pytest.raises(UnknownKey):
        ask(city)


def test_a_peer_whose_key_was_revoked_is_refused(peer: Peer, city: City, anna: User) -> None:
    services.distrust(peer=peer, user=anna, reason="stolen laptop")
    with pytest.raises(UnknownKey):
        ask(city)


def test_a_merely_proposed_peer_is_refused(node: object, city: City, anna: User) -> None:
    services.propose_peer(base_url=city.base_url, user=anna)
    with pytest.raises(UntrustedPeer):
        ask(city)


@pytest.mark.parametrize(
    ("spelled", "received"),
    [
        ("/peering/v1/feed/a%3Ab?cursor=1.x%3D", "/peering/v1/feed/a:b?cursor=1.x%3D"),
        ("/peering/v1/feed/a:b", "/peering/v1/feed/a:b"),
        ("/peering/v1/feed/a%20b%C3%BC", "/peering/v1/feed/a%20b%C3%BC"),
        ("/catalog/urn%3Auuid%3A1?x=%3a", "/catalog/urn:uuid:1?x=%3a"),
        ("/a;v=1/b", "/a%3Bv%3D1/b"),
    ],
)
def test_percent_encodings_lost_by_the_server_do_no_harm(peer: Peer, city: City, spelled: str, received: str) -> None:
    headers = city.signed("GET", spelled)
    assert services.authenticate(method="GET", target=received, headers=headers, body=b"") == peer
    added = services.sign_answer(
        method="GET",
        target=received,
        request_headers=headers,
        status=200,
        headers={"Content-Type": "application/json"},
        body=b"{}",
    )
    from_node = {"Content-Type": "application/json"} | added
    asked = signatures.Request(method="GET", url="http://127.0.0.1:8199" + spelled, headers=headers)
    own = services.ensure_identity()
    verified = signatures.verify_response(
        status=200,
        headers=from_node,
        body=b"{}",
        request=asked,
        resolve=_own_key,
        at=datetime.now(UTC),
    )
    assert verified.keyid == own.keyid


def _own_key(keyid: str) -> keys.VerifyKey:
    row: NodeKey = NodeKey.objects.get(keyid=keyid)
    return row.verify_key


def test_hearing_from_a_peer_opens_its_breaker_for_one_try(peer: Peer, city: City) -> None:
    Peer.objects.filter(pk=peer.pk).update(failures=5, opened_until=datetime.now(UTC) + timedelta(hours=1))
    ask(city)
    peer.refresh_from_db()
    assert peer.opened_until is not None
    assert peer.opened_until <= datetime.now(UTC)

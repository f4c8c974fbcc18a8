"""Rotations: believed only when the old key and the new both signed; told to every peer until it knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Conflict, Invalid, OwlError
from apps.ledger import selectors as ledger
from apps.ledger.types import Kind
from apps.peers import selectors, services, tasks
from apps.peers.models import NodeKey, Peer, PeerKey, RotationNotice
from apps.wire import canonical, envelopes, keys, messages
from apps.wire.errors import BadMessage, Tampered, UnknownKey, WireError
from tests.peers.city import City, Reply

pytestmark = pytest.mark.django_db


def rotation(city: City, new: keys.SigningKey, **changes: Any) -> messages.KeyRotation:
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "did": city.did,
        "old_keyid": city.key.keyid,
        "new_keyid": new.keyid,
        "new_key": new.verify_key.multibase,
        "created_at": now,
        "overlap_until": now + timedelta(days=30),
        "expires_at": now + timedelta(days=700),
    }
    return messages.KeyRotation(**(values | changes))


def test_a_rotation_signed_by_both_keys_is_believed(peer: Peer, city: City) -> None:
    new = city.new_key(2)
    pinned = services.accept_rotation(peer=peer, envelope=envelopes.seal(rotation(city, new), city.key, new))
    assert pinned.verify_key == new.verify_key
    assert selectors.verify_key(new.keyid) == new.verify_key
    assert selectors.verify_key(city.key.keyid) == city.key.verify_key  # the overlap
    assert selectors.verify_key(city.key.keyid, at=clock.now() + timedelta(days=31)) is None
    assert services.authenticate(
        method="GET", target="/x", headers=city.signed("GET", "/x", key=new), body=b""
    ) == Peer.objects.get(pk=peer.pk)
    entry = ledger.entries(kind=Kind.KEY_CHANGE, subject=new.keyid).get()
    assert (entry.payload["change"], entry.payload["replaces"]) == ("rotated", city.key.keyid)


def test_the_same_rotation_twice_is_as_once(peer: Peer, city: City) -> None:
    new = city.new_key(2)
    sealed = envelopes.seal(rotation(city, new), city.key, new)
    assert services.accept_rotation(peer=peer, envelope=sealed) == services.accept_rotation(peer=peer, envelope=sealed)
    assert PeerKey.objects.filter(peer=peer).count() == 2


@pytest.mark.parametrize("signer", ["old", "new"])
def test_a_rotation_with_only_one_signature_is_refused(peer: Peer, city: City, signer: str) -> None:
    new = city.new_key(2)
    sealed = envelopes.seal(rotation(city, new), city.key if signer == "old" else new)
    with pytest.raises(BadMessage):
        services.accept_rotation(peer=peer, envelope=sealed)
    assert PeerKey.objects.filter(peer=peer).count() == 1


def test_a_false_old_signature_is_refused(peer: Peer, city: City) -> None:
    new, impostor = city.new_key(2), city.new_key(1)
    with pytest.raises(Tampered):
        services.accept_rotation(peer=peer, envelope=envelopes.seal(rotation(city, new), impostor, new))


def test_a_changed_rotation_is_refused(peer: Peer, city: City) -> None:
    new = city.new_key(2)
    sealed = envelopes.seal(rotation(city, new), city.key, new)
    sealed["payload"]["new_key"] = city.new_key(2).verify_key.multibase
    with pytest.raises(WireError):
        services.accept_rotation(peer=peer, envelope=sealed)


def test_versions_only_grow(peer: Peer, city: City) -> None:
    third, second = city.new_key(3), city.new_key(2)
    services.accept_rotation(peer=peer, envelope=envelopes.seal(rotation(city, third), city.key, third))
    with pytest.raises(Conflict):
        services.accept_rotation(peer=peer, envelope=envelopes.seal(rotation(city, second), city.key, second))


def test_a_rotation_from_an_ended_key_is_refused(peer: Peer, city: City) -> None:
    PeerKey.objects.filter(peer=peer).update(expires_at=clock.now())
    new = city.new_key(2)
    with pytest.raises(UnknownKey):
        services.accept_rotation(peer=peer, envelope=envelopes.seal(rotation(city, new), city.key, new))


@pytest.mark.parametrize(
    "changes",
    [
        {
            "overlap_until": datetime.now(UTC) + timedelta(days=200),
            "expires_at": datetime.now(UTC) + timedelta(days=300),
        },
        {"expires_at": datetime.now(UTC) + timedelta(days=4000)},
        {
            "created_at": datetime.now(UTC) + timedelta(hours=2),
            "overlap_until": datetime.now(UTC) + timedelta(hours=3),
        },
    ],
)
def test_impossible_times_are_refused(peer: Peer, city: City, changes: dict[str, Any]) -> None:
    new = city.new_key(2)
    with pytest.raises(Invalid):
        services.accept_rotation(peer=peer, envelope=envelopes.seal(rotation(city, new, **changes), city.key, new))


def test_a_peer_cannot_rotate_the_key_of_another(peer: Peer, city: City, trust: Any) -> None:
    other = City("localhost")
    try:
        other_peer = trust(other, "Herford")
        new = city.new_key(2)
        with pytest.raises(OwlError):
            services.accept_rotation(peer=other_peer, envelope=envelopes.seal(rotation(city, new), city.key, new))
    finally:
        other.close()


def test_every_trusted_peer_is_told_and_can_check_it(peer: Peer, city: City, anna: User) -> None:
    city.script = lambda received: Reply(status=204, body=b"", signed=False)
    old = NodeKey.objects.current().get()
    services.rotate_key(user=anna)
    (notice,) = services.due_notices()
    assert services.deliver_notice(notice_id=notice)
    received = city.requests[-1]
    assert received.target == "/peering/v1/keys/rotations"
    told = envelopes.open_rotation(canonical.loads(received.body), {old.keyid: old.verify_key}.get)
    assert told.new_keyid.endswith("#key-2")
    assert f'keyid="{old.keyid}"' in received.headers["Signature-Input"]
    assert selectors.signing_key().keyid == told.new_keyid
    assert services.due_notices() == []


def test_a_failed_notice_stays_due_and_says_why(peer: Peer, city: City, anna: User) -> None:
    city.script = lambda received: Reply(status=403, body=b'{"code":"untrusted-peer"}', signed=False)
    services.rotate_key(user=anna)
    (notice,) = services.due_notices()
    assert not services.deliver_notice(notice_id=notice)
    row = RotationNotice.objects.get()
    assert (row.attempts, row.delivered_at) == (1, None)
    assert row.next_attempt_at is not None
    assert "untrusted-peer" in row.last_error
    assert selectors.signing_key().keyid.endswith("#key-1")


def test_a_notice_is_signed_with_the_old_key_even_after_the_new_one_took_over(
    peer: Peer, city: City, anna: User
) -> None:
    services.rotate_key(user=anna)
    later = clock.now() + timedelta(days=16)
    services.advance_keys(at=later)
    assert selectors.signing_key().keyid.endswith("#key-2")
    city.script = lambda received: Reply(status=204, body=b"", signed=False)
    services.deliver_notice(notice_id=RotationNotice.objects.get().pk, at=later)
    assert "#key-1" in city.requests[-1].headers["Signature-Input"]


def test_a_suspended_peer_is_told_after_it_is_resumed(peer: Peer, anna: User) -> None:
    services.suspend(peer=peer, user=anna, reason="")
    services.rotate_key(user=anna)
    assert services.due_notices() == []
    services.resume(peer=peer, user=anna)
    assert len(services.due_notices()) == 1


def test_the_tick_hands_out_what_is_due(peer: Peer, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    services.rotate_key(user=anna)
    handed: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks.deliver_notice, "delay", lambda pk: handed.append(("notice", pk)))
    monkeypatch.setattr(tasks.exchange_checkpoint, "delay", lambda pk: handed.append(("exchange", pk)))
    tasks.tick()
    assert [kind for kind, _ in handed] == ["notice", "exchange"]


def test_an_envelope_survives_json(peer: Peer, city: City) -> None:
    new = city.new_key(2)
    sealed = json.loads(json.dumps(envelopes.seal(rotation(city, new), city.key, new)))
    assert services.accept_rotation(peer=peer, envelope=sealed).version == 2

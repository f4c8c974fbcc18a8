"""The ceremony: two different administrators, the same fingerprint, out of band."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core.errors import Conflict, Invalid, NotPermitted, PeerRefused, PeerUnreachable, StateConflict
from apps.ledger import selectors as ledger
from apps.ledger.types import Kind
from apps.peers import clients, events, selectors, services
from apps.peers.models import Peer, PeerKey, TrustConfirmation
from apps.peers.states import PeerState, TrustSource
from apps.wire import did, keys
from tests.peers.city import City, Reply
from tests.peers.conftest import Configure

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(node: Any, city: City, anna: User) -> Peer:
    """The other city, proposed by Anna."""
    return services.propose_peer(base_url=city.base_url, user=anna, name="Detmold")


def fingerprint(peer: Peer) -> str:
    return services.fingerprint_of(peer).fingerprint


def test_proposing_pins_the_published_key_and_trusts_nobody(proposed: Peer, city: City) -> None:
    assert proposed.state == PeerState.PROPOSED
    assert fingerprint(proposed) == city.key.verify_key.fingerprint
    assert services.fingerprint_of(proposed).words == tuple(keys.words(city.key.verify_key.raw))
    assert not proposed.user.is_active
    assert selectors.verify_key(city.key.keyid) is None


def test_two_different_administrators_make_a_peer_trusted(proposed: Peer, city: City, anna: User, boris: User) -> None:
    once = services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=anna)
    assert once.state == PeerState.PROPOSED
    twice = services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=boris)
    assert (twice.state, twice.trust_source) == (PeerState.TRUSTED, TrustSource.CEREMONY)
    twice.user.refresh_from_db()
    assert twice.user.is_active
    assert selectors.verify_key(city.key.keyid) == city.key.verify_key


def test_one_administrator_cannot_confirm_twice(proposed: Peer, anna: User) -> None:
    services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=anna)
    with pytest.raises(Conflict):
        services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=anna)
    assert Peer.objects.get(pk=proposed.pk).state == PeerState.PROPOSED


def test_the_database_itself_refuses_a_second_voice(proposed: Peer, anna: User) -> None:
    voice = {"peer": proposed, "ceremony": proposed.ceremony, "fingerprint": proposed.fingerprint, "user": anna}
    TrustConfirmation.objects.create(**voice)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrustConfirmation.objects.create(**voice)


def test_only_administrators_take_part(proposed: Peer, city: City) -> None:
    steward = accounts.create_person(username="clara", password="correct horse 3")
    accounts.assign_role(user=steward, role=Role.STEWARD)
    with pytest.raises(NotPermitted):
        services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=steward)
    with pytest.raises(NotPermitted):
        services.propose_peer(base_url=city.base_url, user=steward)


def test_a_voice_counts_only_while_its_owner_is_administrator(proposed: Peer, anna: User, boris: User) -> None:
    services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=anna)
    accounts.remove_role(user=anna, role=Role.ADMINISTRATOR)
    services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=boris)
    assert Peer.objects.get(pk=proposed.pk).state == PeerState.PROPOSED


def test_the_words_serve_as_well_as_the_digits(proposed: Peer, anna: User, boris: User) -> None:
    found = services.fingerprint_of(proposed)
    services.confirm_peer(peer=proposed, fingerprint="  ".join(found.words).upper(), user=anna)
    spaced = " ".join(found.fingerprint[i : i + 4] for i in range(0, 64, 4))
    assert services.confirm_peer(peer=proposed, fingerprint=spaced, user=boris).is_trusted


@pytest.mark.parametrize("wrong", ["", "0" * 64, "Adler Ahorn Allee Amboss Ampel Anker Apfel Atlas Bach"])
def test_a_wrong_fingerprint_confirms_nothing(proposed: Peer, anna: User, wrong: str) -> None:
    with pytest.raises(Invalid):
        services.confirm_peer(peer=proposed, fingerprint=wrong, user=anna)
    assert not TrustConfirmation.objects.exists()


def test_keys_that_change_between_the_voices_begin_the_ceremony_anew(
    proposed: Peer, city: City, anna: User, boris: User
) -> None:
    before = fingerprint(proposed)
    services.confirm_peer(peer=proposed, fingerprint=before, user=anna)
    city.key = city.new_key(1)
    city.published = [city.key]
    again = services.propose_peer(base_url=city.base_url, user=anna)
    assert again.ceremony == 2
    with pytest.raises(Invalid):
        services.confirm_peer(peer=again, fingerprint=before, user=boris)
    services.confirm_peer(peer=again, fingerprint=fingerprint(again), user=boris)
    assert Peer.objects.get(pk=again.pk).state == PeerState.PROPOSED


def test_a_trusted_peer_is_not_proposed_again(peer: Peer, city: City, anna: User) -> None:
    with pytest.raises(StateConflict):
        services.propose_peer(base_url=city.base_url, user=anna)


def test_a_compromised_key_sends_the_peer_back_to_the_beginning(
    peer: Peer, city: City, anna: User, boris: User
) -> None:
    services.distrust(peer=peer, user=anna, reason="stolen")
    row = Peer.objects.get(pk=peer.pk)
    assert (row.state, row.user.is_active, row.ceremony) == (PeerState.PROPOSED, False, 2)
    assert not PeerKey.objects.filter(revoked_at__isnull=True).exists()
    with pytest.raises(Invalid):
        services.confirm_peer(peer=row, fingerprint=peer.fingerprint, user=anna)
    city.key = city.new_key(2)
    city.published = [city.key]
    again = services.propose_peer(base_url=city.base_url, user=anna)
    for administrator in (anna, boris):
        services.confirm_peer(peer=again, fingerprint=fingerprint(again), user=administrator)
    assert selectors.verify_key(city.key.keyid) == city.key.verify_key


def test_a_removed_peer_can_only_come_back_by_a_new_ceremony(peer: Peer, city: City, anna: User, boris: User) -> None:
    services.remove(peer=peer, user=anna, reason="left")
    with pytest.raises(StateConflict):
        services.resume(peer=Peer.objects.get(pk=peer.pk), user=anna)
    again = services.propose_peer(base_url=city.base_url, user=anna)
    assert (again.pk, again.state, again.ceremony) == (peer.pk, PeerState.PROPOSED, 3)
    services.confirm_peer(peer=again, fingerprint=fingerprint(again), user=anna)
    assert services.confirm_peer(peer=again, fingerprint=fingerprint(again), user=boris).is_trusted


def test_resuming_is_no_way_around_the_ceremony(proposed: Peer, anna: User) -> None:
    with pytest.raises(StateConflict):
        services.resume(peer=proposed, user=anna)


def test_every_change_stands_in_the_ledger_without_a_name(proposed: Peer, anna: User, boris: User, city: City) -> None:
    for user in (anna, boris):
        services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=user)
    services.suspend(peer=proposed, user=anna, reason="personal: Anna said so")
    services.resume(peer=proposed, user=boris)
    services.remove(peer=proposed, user=boris, reason="")
    entries = list(ledger.entries(subject=city.did, kind=Kind.PEER_CHANGE))
    changes = [entry.payload["change"] for entry in reversed(entries)]
    assert changes == ["proposed", "confirmed", "trusted", "suspended", "resumed", "removed"]
    assert "nna" not in json.dumps([entry.payload for entry in entries])


def test_changes_are_announced_on_commit(
    proposed: Peer, anna: User, boris: User, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[tuple[str, int]] = []
    for event in (events.peer_trusted, events.peer_suspended, events.peer_removed):
        event.subscribe(partial(_hear, heard, event.name))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            for user in (anna, boris):
                services.confirm_peer(peer=proposed, fingerprint=fingerprint(proposed), user=user)
            services.suspend(peer=proposed, user=anna, reason="")
            services.remove(peer=proposed, user=anna, reason="")
            assert heard == []
    finally:
        for event in (events.peer_trusted, events.peer_suspended, events.peer_removed):
            event._handlers.pop()
    assert heard == [(name, proposed.pk) for name in ("peer_trusted", "peer_suspended", "peer_removed")]


def _hear(heard: list[tuple[str, int]], name: str, happened: events.PeerChanged) -> None:
    heard.append((name, happened.peer_id))


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x", "https://x.example/path", "https://user@x.example", "https://x.example?q", "https://x.example:443"],
)
def test_an_impossible_address_is_refused_by_name(node: Any, anna: User, url: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.propose_peer(base_url=url, user=anna)
    assert caught.value.part == "base_url"


def test_a_document_of_another_address_is_refused(node: Any, city: City, anna: User) -> None:
    other = city.document()
    other["id"] = "did:web:elsewhere.example"

    def document(received: Any) -> Reply:
        return Reply(body=json.dumps(did.document(did="did:web:elsewhere.example", keys=[])).encode(), signed=False)

    city.script = document
    with pytest.raises(Invalid):
        services.propose_peer(base_url=city.base_url, user=anna)
    assert not Peer.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id":"x"}', b"\xff\xfe", b'{"id":1}'])
def test_garbage_is_no_identity(node: Any, city: City, anna: User, body: bytes) -> None:
    def document(received: Any) -> Reply:
        return Reply(body=body, signed=False)

    city.script = document
    with pytest.raises(Invalid):
        services.propose_peer(base_url=city.base_url, user=anna)


def test_a_document_behind_a_redirect_is_refused(node: Any, city: City, anna: User) -> None:
    def document(received: Any) -> Reply:
        return Reply(status=301, body=b"", headers={"Location": "http://169.254.169.254/"}, signed=False)

    city.script = document
    with pytest.raises(PeerRefused):
        services.propose_peer(base_url=city.base_url, user=anna)


def test_a_private_address_is_not_even_tried(node: Any, city: City, anna: User, configure: Configure) -> None:
    configure(allow_private_peers=False)
    with pytest.raises(PeerUnreachable):
        services.propose_peer(base_url=city.base_url, user=anna)
    assert not city.requests


def test_this_node_is_no_peer_of_itself(node: Any, city: City, anna: User, configure: Configure) -> None:
    city_settings = configure(base_url=city.base_url)
    assert city_settings.did == city.did
    with pytest.raises(Invalid):
        services.propose_peer(base_url=city.base_url, user=anna)


def test_expired_and_revoked_keys_are_not_pinned(node: Any, city: City, anna: User) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    listed = [
        did.DidKey(city.new_key(1).keyid, city.new_key(1).verify_key.raw, expires=past),
        did.DidKey(city.new_key(2).keyid, city.new_key(2).verify_key.raw, revoked=past),
    ]

    def document(received: Any) -> Reply:
        return Reply(body=json.dumps(did.document(did=city.did, keys=listed)).encode(), signed=False)

    city.script = document
    with pytest.raises(Invalid):
        services.propose_peer(base_url=city.base_url, user=anna)


def test_during_an_overlap_both_keys_are_compared_and_pinned(node: Any, city: City, anna: User) -> None:
    city.published = [city.key, city.new_key(2)]
    peer = services.propose_peer(base_url=city.base_url, user=anna)
    assert peer.keys.filter(revoked_at__isnull=True).count() == 2
    assert fingerprint(peer) == keys.fingerprint(b"".join(key.verify_key.raw for key in city.published))


class TestTrustFile:
    """A prepared file in place of the ceremony, where the settings allow it."""

    def write(self, path: Path, *cities: City) -> Path:
        entries = [{"name": one.did, "base_url": one.base_url, "document": one.document()} for one in cities]
        path.write_text(json.dumps({"peers": entries}))
        path.chmod(0o600)
        return path

    def test_it_makes_trusted_at_once_and_twice_is_as_once(self, node: Any, city: City, tmp_path: Path) -> None:
        path = self.write(tmp_path / "t.json", city)
        assert [peer.state for peer in services.trust_from_file(path=path)] == [PeerState.TRUSTED]
        assert services.trust_from_file(path=path) == []
        assert Peer.objects.get().trust_source == TrustSource.FILE

    def test_it_needs_the_setting(self, node: Any, city: City, tmp_path: Path, configure: Configure) -> None:
        configure(allow_trust_file=False)
        with pytest.raises(NotPermitted):
            services.trust_from_file(path=self.write(tmp_path / "t.json", city))

    def test_others_must_not_be_able_to_write_it(self, node: Any, city: City, tmp_path: Path) -> None:
        path = self.write(tmp_path / "t.json", city)
        path.chmod(0o666)
        with pytest.raises(Invalid):
            services.trust_from_file(path=path)

    def test_a_trusted_peer_with_other_keys_is_not_replaced(self, peer: Peer, city: City, tmp_path: Path) -> None:
        city.published = [city.new_key(2)]
        with pytest.raises(StateConflict):
            services.trust_from_file(path=self.write(tmp_path / "t.json", city))

    @pytest.mark.parametrize("text", ["", "[]", '{"peers": 1}', '{"peers": [1]}', '{"peers": [{"document": {}}]}'])
    def test_nonsense_is_refused(self, node: Any, tmp_path: Path, text: str) -> None:
        path = tmp_path / "t.json"
        path.write_text(text)
        path.chmod(0o600)
        with pytest.raises(Invalid):
            services.trust_from_file(path=path)
        assert not Peer.objects.exists()


def test_fetching_a_document_is_bounded(node: Any, city: City) -> None:
    def document(received: Any) -> Reply:
        return Reply(body=b" " * 70_000, signed=False)

    city.script = document
    with pytest.raises(Exception, match="bytes"):
        clients.fetch_document(city.base_url)

"""Ledgers watch each other: checkpoints are proven, cosigned and kept; a fork is alarmed."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Invalid
from apps.ledger import selectors as ledger_reads
from apps.ledger import types as ledger_types
from apps.ledger.errors import ForkDetected
from apps.ledger.types import Kind, merkle, notes
from apps.peers import clients, selectors, services
from apps.peers.models import CheckpointWatch, Peer
from apps.peers.selectors.ledger_keys import LedgerIdentity, LedgerSigner
from apps.peers.types import Answer
from apps.wire import canonical, messages
from tests.peers.city import City, Received, Reply

pytestmark = pytest.mark.django_db


class Log:
    """The ledger of the other city: leaves are numbers, ``salt`` makes another history."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.size = 5
        self.salt = b""
        self.known_size = 0
        self.cosigns = True
        self.received: list[messages.CheckpointExchange] = []

    def leaves(self, size: int) -> list[bytes]:
        return [merkle.leaf_hash(self.salt + str(number).encode()) for number in range(size)]

    def root(self, size: int) -> bytes:
        frontier = merkle.Frontier()
        for leaf in self.leaves(size):
            frontier.append(leaf)
        return frontier.root()

    def lookup(self, wanted: Any) -> dict[merkle.Node, bytes]:
        def covered(level: int, index: int) -> bytes:
            frontier = merkle.Frontier()
            for leaf in self.leaves(self.size)[index << level : (index + 1) << level]:
                frontier.append(leaf)
            return frontier.root()

        return {node: covered(*node) for node in wanted}

    @property
    def signer(self) -> LedgerSigner:
        return LedgerSigner(name=self.city.did, key=self.city.key)

    def statement(self, old_size: int, cosignature: str | None = None) -> messages.CheckpointExchange:
        head = notes.Head(origin=self.city.did, size=self.size, root=self.root(self.size))
        proof = merkle.consistency_proof(old_size, self.size, self.lookup) if 0 < old_size <= self.size else []
        return messages.CheckpointExchange(
            origin=self.city.did,
            note=notes.sign(head.text(), self.signer),
            old_size=old_size,
            proof=tuple(base64.b64encode(step).decode() for step in proof),
            known_size=self.known_size,
            cosignature=cosignature,
        )

    def answer(self, received: Received) -> Reply:
        """As an honest witness would."""
        asked = messages.CheckpointExchange.of(canonical.loads(received.body))
        self.received.append(asked)
        cosignature = None
        if asked.note and asked.old_size == self.known_size and self.cosigns:
            text = notes.parse(asked.note).text
            self.known_size = notes.parse_head(text).size
            cosignature = notes.cosign(text, self.signer, clock.now())
        return Reply(body=canonical.dumps(self.statement(asked.known_size, cosignature).to_mapping()))


@pytest.fixture
def log(peer: Peer, city: City) -> Log:
    """The other city's ledger, answering honestly."""
    found = Log(city)
    city.script = found.answer
    return found


def exchange(days: int = 0) -> bool:
    at = clock.now() + timedelta(days=days)
    (watch,) = services.due_exchanges(at=at)
    return services.exchange_checkpoint(watch_id=watch, at=at)


def test_both_checkpoints_are_verified_cosigned_and_kept(log: Log, peer: Peer, city: City) -> None:
    assert exchange()
    watch = CheckpointWatch.objects.get()
    own = ledger_reads.latest_checkpoint()
    assert own is not None
    assert (watch.sent_size, watch.seen_size) == (own.size, 5)
    assert ledger_reads.witnesses(own) == [city.did]
    assert services.due_exchanges() == []


def test_growth_is_proven_from_what_the_other_knows(log: Log, anna: User, peer: Peer) -> None:
    assert exchange()
    first = log.known_size
    services.rotate_key(user=anna)  # any new entry
    log.size = 9
    assert exchange(days=1)
    assert log.received[-1].old_size == first
    assert len(log.received[-1].proof) > 0
    assert CheckpointWatch.objects.get().seen_size == 9


def test_a_witness_that_knows_less_than_thought_gets_the_proof_from_there(log: Log) -> None:
    assert exchange()
    CheckpointWatch.objects.update(sent_size=0)
    assert exchange(days=1)
    CheckpointWatch.objects.update(sent_size=1, next_attempt_at=clock.now())
    log.known_size = 0
    assert exchange(days=2)


def test_nothing_new_is_not_sent_again(log: Log) -> None:
    assert exchange()
    assert exchange(days=1)
    assert log.received[-1].note is None


def test_a_fork_is_kept_alarmed_and_no_longer_cosigned(log: Log, peer: Peer, city: City) -> None:
    assert exchange()
    log.salt, log.size = b"another history", 8
    assert not exchange(days=1)
    watch = CheckpointWatch.objects.get()
    assert watch.forked_at is not None
    assert "ForkDetected" in watch.last_error
    assert ledger_reads.forks(settled=False).filter(origin=city.did).count() == 1
    assert ledger_reads.entries(kind=Kind.ALARM).get().payload["alarm"] == "ledger-fork"
    with pytest.raises(ForkDetected):
        services.receive_checkpoint(peer=peer, message=log.statement(5))


def test_a_fork_shown_to_us_by_the_peer_itself_is_found_too(log: Log, peer: Peer) -> None:
    services.receive_checkpoint(peer=peer, message=log.statement(0))
    log.salt = b"another history"
    with pytest.raises(ForkDetected):
        services.receive_checkpoint(peer=peer, message=log.statement(5))
    assert CheckpointWatch.objects.get().forked_at is not None


def test_a_new_ceremony_settles_a_fork(log: Log, peer: Peer, city: City, anna: User, boris: User) -> None:
    assert exchange()
    log.salt = b"restored"
    assert not exchange(days=1)
    services.distrust(peer=peer, user=anna, reason="restored from backup")
    again = services.propose_peer(base_url=city.base_url, user=anna)
    for user in (anna, boris):
        services.confirm_peer(peer=again, fingerprint=services.fingerprint_of(again).fingerprint, user=user)
    assert CheckpointWatch.objects.get().forked_at is None
    assert exchange(days=2)
    assert not ledger_reads.forks(settled=False).exists()


def test_we_cosign_what_we_have_verified(log: Log, peer: Peer, city: City) -> None:
    reply = services.receive_checkpoint(peer=peer, message=log.statement(0))
    assert reply.cosignature is not None
    assert reply.note is not None
    own = ledger_types.Key(selectors.this_node().did, selectors.signing_key().verify_key.raw)
    head = notes.Head(origin=city.did, size=5, root=log.root(5))
    assert notes.open_cosignature(head.text(), reply.cosignature, own)
    assert reply.known_size == 5


def test_what_we_learned_by_asking_is_cosigned_when_it_is_shown(log: Log, peer: Peer) -> None:
    """Else a city that is always asked just before it asks would never get a witness."""
    services.receive_checkpoint(peer=peer, message=log.statement(0))
    log.size = 9
    assert exchange()
    assert CheckpointWatch.objects.get().seen_size == 9
    answer = services.receive_checkpoint(peer=peer, message=log.statement(5))
    assert answer.cosignature is not None


def test_a_proof_from_elsewhere_gets_the_known_size_and_no_cosignature(log: Log, peer: Peer) -> None:
    services.receive_checkpoint(peer=peer, message=log.statement(0))
    log.size = 9
    reply = services.receive_checkpoint(peer=peer, message=log.statement(3))
    assert (reply.cosignature, reply.known_size) == (None, 5)
    assert services.receive_checkpoint(peer=peer, message=log.statement(5)).cosignature is not None


def test_two_exchanges_at_once_are_no_fork(log: Log, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert exchange()
    ask = clients.send

    def overtaken(**options: Any) -> Answer:
        """While the answer, proven from what we knew when we asked, is under way, the peer shows us more by itself."""
        log.size = 12
        answer = ask(**options)
        log.size = 9
        assert services.receive_checkpoint(peer=peer, message=log.statement(5)).known_size == 9
        log.size = 12
        return answer

    monkeypatch.setattr(clients, "send", overtaken)
    assert exchange(days=1), CheckpointWatch.objects.get().last_error
    assert not ledger_reads.forks().exists()
    assert CheckpointWatch.objects.get().seen_size == 9
    monkeypatch.setattr(clients, "send", ask)
    assert exchange(days=2)
    assert CheckpointWatch.objects.get().seen_size == 12


def test_a_checkpoint_of_another_node_or_key_is_refused(log: Log, peer: Peer, city: City) -> None:
    statement = log.statement(0)
    with pytest.raises(Invalid):
        services.receive_checkpoint(peer=peer, message=statement.model_copy(update={"origin": "did:web:else"}))
    city.key = city.new_key(1)
    with pytest.raises(Invalid):
        services.receive_checkpoint(peer=peer, message=log.statement(0))


def test_a_silent_witness_is_tried_again_and_seen(log: Log, city: City) -> None:
    city.script = lambda received: Reply(status=503, signed=False)
    assert not exchange()
    watch = CheckpointWatch.objects.get()
    assert watch.attempts == 1
    assert watch.last_error


def test_offering_proves_from_any_size(log: Log, peer: Peer) -> None:
    offered = services.offer_checkpoint(peer=peer, known_size=1)
    assert offered.note is not None
    assert services.offer_checkpoint(peer=peer, known_size=10_000).proof == ()


def test_the_ledger_knows_all_keys_of_the_past(log: Log, peer: Peer, anna: User) -> None:
    identity = LedgerIdentity()
    services.rotate_key(user=anna)
    services.distrust(peer=peer, user=anna, reason="")
    assert len(identity.own_keys()) == 2
    assert len(identity.witness_keys()) == 1
    signer = identity.signer()
    assert signer is not None
    assert signer.name == selectors.this_node().did

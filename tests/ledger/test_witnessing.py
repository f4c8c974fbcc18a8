"""Checkpoints between nodes: signed, observed, cosigned; a fork is kept as evidence and alarmed."""

from __future__ import annotations

import base64
import logging
from datetime import UTC, datetime

import pytest
from django.db import transaction

from apps.core.errors import Conflict, Invalid, NotFound
from apps.ledger import selectors, services
from apps.ledger.errors import ForkDetected, HistoryLost
from apps.ledger.models import Checkpoint, Cosignature, Fork, ObservedCheckpoint
from apps.ledger.types import merkle, notes
from tests.ledger.conftest import OWN, PEER, FakeSigner, epoch, tampering

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


class PeerLog:
    """A peer's log in memory: honest, unless its entries are exchanged underneath."""

    def __init__(self, signer: FakeSigner, entries: list[bytes]) -> None:
        self.signer, self.entries = signer, list(entries)

    def lookup(self, wanted: object) -> dict[merkle.Node, bytes]:
        nodes: dict[merkle.Node, bytes] = {}
        frontier = merkle.Frontier()
        for index, entry in enumerate(self.entries):
            leaf = merkle.leaf_hash(entry)
            nodes[(0, index)] = leaf
            nodes.update(frontier.append(leaf))
        return nodes

    def note(self, size: int | None = None, origin: str = PEER) -> str:
        whole = len(self.entries) if size is None else size
        head = notes.Head(origin=origin, size=whole, root=merkle.root(whole, self.lookup))
        return notes.sign(head.text(), self.signer)

    def proof(self, old: int, new: int | None = None) -> list[bytes]:
        return merkle.consistency_proof(old, len(self.entries) if new is None else new, self.lookup)

    def observed(self, size: int | None = None, old: int = 0) -> ObservedCheckpoint:
        """Show the checkpoint to this node."""
        proof = self.proof(old, size)
        return services.observe_checkpoint(
            origin=PEER, note=self.note(size), key=self.signer.key, proof=proof, old_size=old, at=AT
        )


@pytest.fixture
def peer_log(witness: FakeSigner) -> PeerLog:
    """Ten entries at the peer."""
    return PeerLog(witness, [bytes([number]) for number in range(10)])


def test_a_checkpoint_is_signed_when_there_is_something_new(signer: FakeSigner) -> None:
    assert services.sign_checkpoint(signer=signer, at=AT) is None
    services.append_many([epoch(number) for number in range(5)])
    first = services.sign_checkpoint(signer=signer, at=AT)
    assert first is not None
    head = notes.open_checkpoint(first.note, signer.key)
    assert (head.origin, head.size, head.root) == (OWN, 5, selectors.root())
    assert services.sign_checkpoint(signer=signer, at=AT) is None
    services.append_many([epoch(number) for number in range(4)])
    second = services.sign_checkpoint(signer=signer, at=AT)
    assert second is not None
    assert (second.size, selectors.latest_checkpoint()) == (9, second)


def test_nothing_is_signed_that_contradicts_the_last_checkpoint(
    signer: FakeSigner, caplog: pytest.LogCaptureFixture
) -> None:
    services.append_many([epoch(number) for number in range(5)])
    services.sign_checkpoint(signer=signer)
    with tampering() as execute:
        execute(r"UPDATE ledger_entry SET leaf_hash = '\x00' WHERE index = 4")
    services.append_many([epoch(9)])
    with caplog.at_level(logging.ERROR), pytest.raises(HistoryLost):
        services.sign_checkpoint(signer=signer)
    with tampering() as execute:
        execute("DELETE FROM ledger_entry WHERE index > 2")
    with pytest.raises(HistoryLost):
        services.sign_checkpoint(signer=signer)
    assert Checkpoint.objects.count() == 1


def test_a_peers_log_is_followed_as_it_grows(peer_log: PeerLog) -> None:
    peer_log.observed(4)
    again = peer_log.observed(4)
    grown = peer_log.observed(10, old=4)
    assert selectors.latest_observed(PEER) == grown
    assert again.size == 4
    assert ObservedCheckpoint.objects.count() == 2
    peer_log.entries += [b"more"]
    assert peer_log.observed(11, old=10).size == 11
    assert not selectors.forks().exists()


def test_a_log_that_was_empty_may_begin(peer_log: PeerLog) -> None:
    peer_log.observed(0)
    assert peer_log.observed(10, old=0).size == 10


def test_an_old_checkpoint_proves_nothing_and_changes_nothing(peer_log: PeerLog) -> None:
    peer_log.observed(10)
    with pytest.raises(Conflict) as caught:
        peer_log.observed(7)
    assert caught.value.code == "checkpoint-behind"
    assert ObservedCheckpoint.objects.get().size == 10


def test_a_proof_that_was_overtaken_is_no_fork(peer_log: PeerLog) -> None:
    peer_log.observed(4)
    peer_log.observed(6, old=4)
    with pytest.raises(Conflict) as caught:
        peer_log.observed(10, old=4)
    assert caught.value.code == "checkpoint-overtaken"
    assert not Fork.objects.exists()
    assert peer_log.observed(10, old=6).size == 10


def test_a_checkpoint_without_its_proof_is_not_believed(peer_log: PeerLog, witness: FakeSigner) -> None:
    peer_log.observed(4)
    with pytest.raises(Invalid) as caught:
        services.observe_checkpoint(origin=PEER, note=peer_log.note(), key=witness.key, proof=None)
    assert caught.value.part == "proof"
    with pytest.raises(Invalid):
        services.observe_checkpoint(origin=PEER, note=peer_log.note(), key=witness.key, proof=[bytes(32)] * 64)
    assert not Fork.objects.exists()


def test_a_note_of_another_origin_or_key_is_no_checkpoint_of_the_peer(peer_log: PeerLog, witness: FakeSigner) -> None:
    with pytest.raises(notes.BadNote):
        services.observe_checkpoint(origin=PEER, note=peer_log.note(origin=OWN), key=witness.key, proof=[])
    with pytest.raises(notes.BadNote):
        services.observe_checkpoint(origin=PEER, note=peer_log.note(), key=FakeSigner(PEER).key, proof=[])
    assert not ObservedCheckpoint.objects.exists()


def test_the_same_size_with_another_root_is_a_fork_kept_with_both_notes(
    peer_log: PeerLog, caplog: pytest.LogCaptureFixture
) -> None:
    seen = peer_log.observed(10)
    peer_log.entries[3] = b"rewritten"
    with caplog.at_level(logging.ERROR), pytest.raises(ForkDetected) as caught:
        peer_log.observed(10)
    fork = Fork.objects.get()
    assert (fork.pk, fork.reason, fork.settled_at) == (caught.value.fork_id, "same-size", None)
    assert (fork.seen_note, fork.shown_note) == (seen.note, peer_log.note())
    for note in (fork.seen_note, fork.shown_note):
        notes.open_checkpoint(note, peer_log.signer.key)
    assert "forked" in caplog.text
    alarm = selectors.entries(kind="alarm").get()
    assert alarm.subject == PEER
    assert alarm.payload["alarm"] == "ledger-fork"
    assert alarm.payload["root"] != alarm.payload["other_root"]
    assert selectors.verify().ok


def test_a_history_that_does_not_continue_is_a_fork_with_the_proof_it_came_with(peer_log: PeerLog) -> None:
    peer_log.observed(6)
    peer_log.entries[3] = b"rewritten"
    with pytest.raises(ForkDetected):
        peer_log.observed(10, old=6)
    fork = Fork.objects.get()
    assert (fork.reason, fork.seen_size, fork.shown_size) == ("inconsistent", 6, 10)
    assert [base64.b64decode(step) for step in fork.proof] == peer_log.proof(6)
    latest = selectors.latest_observed(PEER)
    assert latest is not None
    assert latest.size == 6


def test_a_fork_shown_again_is_one_fork_and_one_alarm(peer_log: PeerLog) -> None:
    peer_log.observed(10)
    peer_log.entries[3] = b"rewritten"
    for _turn in range(3):
        with pytest.raises(ForkDetected):
            peer_log.observed(10)
    assert Fork.objects.count() == 1
    assert selectors.entries(kind="alarm").count() == 1


def test_observing_inside_a_transaction_is_refused_since_evidence_could_be_rolled_back(peer_log: PeerLog) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        peer_log.observed(10)


def test_a_forked_log_is_not_cosigned_until_people_settle_it(peer_log: PeerLog, signer: FakeSigner) -> None:
    with pytest.raises(NotFound):
        services.accept_history_anew(origin=PEER)
    peer_log.observed(10)
    peer_log.entries[3] = b"restored from a backup"
    with pytest.raises(ForkDetected):
        peer_log.observed(10)
    with pytest.raises(Conflict):
        services.cosign(origin=PEER, signer=signer)
    assert services.accept_history_anew(origin=PEER, at=AT) == 1
    assert not selectors.forks(settled=False).exists()
    assert selectors.latest_observed(PEER) is None
    assert peer_log.observed(10).size == 10
    assert services.cosign(origin=PEER, signer=signer)
    assert [entry.payload["alarm"] for entry in selectors.entries(kind="alarm").order_by("index")] == [
        "ledger-fork",
        "history-accepted-anew",
    ]


def test_a_cosignature_travels_back_and_names_the_witness(signer: FakeSigner, witness: FakeSigner) -> None:
    services.append_many([epoch(number) for number in range(5)])
    checkpoint = services.sign_checkpoint(signer=signer)
    assert checkpoint is not None
    assert selectors.witnesses(checkpoint) == []
    # At the witness (the same database here): it observes this node's checkpoint and cosigns it.
    services.observe_checkpoint(origin=OWN, note=checkpoint.note, key=signer.key, proof=None)
    line = services.cosign(origin=OWN, signer=witness, at=AT)
    for _twice in range(2):
        services.record_cosignature(size=5, origin=OWN, line=line, key=witness.key)
    assert Cosignature.objects.get().cosigned_at == AT
    assert selectors.witnesses(checkpoint) == selectors.witnesses() == [PEER]
    assert [(seen.name, seen.size, seen.at) for seen in selectors.witness_heads()] == [(PEER, 5, AT)]
    whole = selectors.note_with_cosignatures(checkpoint)
    assert notes.open_checkpoint(whole, signer.key).size == 5
    assert notes.open_cosignature(notes.parse(whole).text, line, witness.key) == AT
    summary = selectors.summary()
    assert (summary.entries, summary.origin, summary.size, summary.witnesses) == (5, OWN, 5, (PEER,))
    assert summary.root == base64.b64encode(selectors.root()).decode()


def test_a_cosignature_on_something_else_is_refused(signer: FakeSigner, witness: FakeSigner) -> None:
    services.append_many([epoch(number) for number in range(5)])
    checkpoint = services.sign_checkpoint(signer=signer)
    assert checkpoint is not None
    other = notes.cosign(notes.Head(OWN, 5, bytes(32)).text(), witness, AT)
    with pytest.raises(notes.BadNote):
        services.record_cosignature(size=5, origin=OWN, line=other, key=witness.key)
    with pytest.raises(NotFound):
        services.record_cosignature(size=4, origin=OWN, line=other, key=witness.key)
    with pytest.raises(NotFound):
        services.cosign(origin=PEER, signer=signer)

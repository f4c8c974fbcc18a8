"""Verification finds every tampering and says where the first fault is – with all triggers out of the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.ledger import selectors, services
from apps.ledger.models import Checkpoint, Entry, Node
from apps.ledger.selectors import verification
from apps.ledger.types import Report, leaves, merkle, notes
from tests.ledger.conftest import OWN, FakeIdentity, FakeSigner, tampering

Fill = Callable[[int], list[Entry]]


@pytest.fixture
def history(fill: Fill, identity: FakeIdentity) -> list[str]:
    """Thirty entries, checkpoints at 10, 20 and 30; the notes as a witness keeps them."""
    kept = []
    for _round in range(3):
        fill(10)
        checkpoint = services.sign_checkpoint(signer=identity.own or FakeSigner())
        assert checkpoint is not None
        kept.append(checkpoint.note)
    return kept


def rebuild(drop: int | None = None, swap: tuple[int, int] | None = None) -> None:
    """What a careful forger does: change the entries, then recompute every hash as if nothing had been."""
    rows = list(Entry.objects.order_by("index").values("at", "kind", "subject", "payload"))
    if drop is not None:
        del rows[drop]
    if swap is not None:
        rows[swap[0]], rows[swap[1]] = rows[swap[1]], rows[swap[0]]
    frontier = merkle.Frontier()
    entries, nodes = [], []
    for index, row in enumerate(rows):
        leaf = merkle.leaf_hash(leaves.encode(index=index, **row))
        entries.append(Entry(index=index, leaf_hash=leaf, **row))
        nodes += [Node(position=node[1] << 6 | node[0], hash=digest) for node, digest in frontier.append(leaf)]
    with tampering() as execute:
        execute("TRUNCATE ledger_entry, ledger_node")
        Entry.objects.bulk_create(entries)
        Node.objects.bulk_create(nodes)


def assert_fault(report: Report, first: int, *words: str) -> None:
    """The report names this entry and says these words."""
    assert not report.ok
    assert report.first_fault == first, report
    for word in words:
        assert word in report.detail


def test_an_honest_ledger_is_proven_with_its_root_and_checkpoints(history: list[str]) -> None:
    report = selectors.verify(witnessed=history)
    assert report == Report(
        entries=30, checkpoints=6, ok=True, root=selectors.root(), signatures=True, first_fault=None, detail=""
    )


def test_an_empty_ledger_is_in_order(db: None) -> None:
    assert selectors.verify() == Report(entries=0, checkpoints=0, ok=True, root=merkle.EMPTY_ROOT, signatures=False)


def test_without_keys_the_report_says_that_signatures_were_not_checked(history: list[str]) -> None:
    report = selectors.verify(keys=[])
    assert report.ok
    assert not report.signatures


@pytest.mark.parametrize(
    "change",
    [
        "subject = 'did:web:somebody.else'",
        "kind = 'alarm'",
        "at = at + interval '1 microsecond'",
        """payload = '{"epoch": 99}'""",
        """payload = payload || '{"reason": "x"}'""",
        "payload = '[]'",
        """payload = '{"epoch": 1e300}'""",
        r"leaf_hash = '\x00'",
    ],
)
def test_any_edit_of_an_entry_is_found_at_that_entry(history: list[str], change: str) -> None:
    with tampering() as execute:
        execute(f"UPDATE ledger_entry SET {change} WHERE index = 13")  # noqa: S608 - the test's own words
    assert_fault(selectors.verify(), 13, "entry 13 was changed")


def test_the_first_of_several_faults_is_named(history: list[str]) -> None:
    with tampering() as execute:
        execute("UPDATE ledger_entry SET kind = 'alarm' WHERE index IN (21, 9)")
        execute("DELETE FROM ledger_node WHERE position = (2 << 6 | 1)")
    assert_fault(selectors.verify(), 4, "entries 4 to 5 is missing")


@pytest.mark.parametrize(
    ("where", "first", "words"), [("index = 0", 0, "entry 0 is"), ("index IN (7, 8)", 7, "7 to 8")]
)
def test_a_deletion_is_found(history: list[str], where: str, first: int, words: str) -> None:
    with tampering() as execute:
        execute(f"DELETE FROM ledger_entry WHERE {where}")  # noqa: S608 - the test's own words
    assert_fault(selectors.verify(), first, words, "missing")


def test_two_entries_that_changed_places_are_found(history: list[str]) -> None:
    with tampering() as execute:
        execute("UPDATE ledger_entry SET index = -5 WHERE index = 11")
        execute("UPDATE ledger_entry SET index = 11 WHERE index = 12")
        execute("UPDATE ledger_entry SET index = 12 WHERE index = -5")
    assert_fault(selectors.verify(), 11, "entry 11 was changed")


def test_an_entry_smuggled_in_before_the_first_is_found(history: list[str]) -> None:
    with tampering() as execute:
        execute("INSERT INTO ledger_entry SELECT -1, at, kind, subject, payload, leaf_hash FROM ledger_entry LIMIT 1")
    assert not selectors.verify().ok


def test_an_edit_with_its_own_hash_recomputed_is_found_by_the_subtrees(history: list[str]) -> None:
    row = Entry.objects.values("index", "at", "kind", "subject").get(index=17)
    forged = merkle.leaf_hash(leaves.encode(payload={"epoch": 99}, **row))
    with tampering() as execute:
        execute("""UPDATE ledger_entry SET payload = '{"epoch": 99}', leaf_hash = %s WHERE index = 17""", [forged])
    assert_fault(selectors.verify(), 16, "entries 16 to 17 differs")


@pytest.mark.parametrize(("drop", "swap", "first"), [(14, None, 10), (None, (3, 4), 0), (None, (22, 29), 20)])
def test_a_forger_who_recomputes_every_hash_fails_at_the_next_signed_checkpoint(
    history: list[str], drop: int | None, swap: tuple[int, int] | None, first: int
) -> None:
    rebuild(drop=drop, swap=swap)
    assert_fault(selectors.verify(), first, f"entries {first} to {first + 9}", "another root")


def test_a_cut_off_end_is_found_by_the_checkpoint_that_covered_it(history: list[str]) -> None:
    with tampering() as execute:
        execute("DELETE FROM ledger_entry WHERE index >= 24")
        execute("DELETE FROM ledger_node WHERE ((position >> 6) + 1) << (position & 63)::int > 24")
    assert_fault(selectors.verify(), 24, "covers 30 entries", "ends after 24")


def test_a_cut_off_end_without_any_checkpoint_is_found_by_what_was_left_over(fill: Fill) -> None:
    fill(8)
    with tampering() as execute:
        execute("DELETE FROM ledger_entry WHERE index >= 5")
    assert_fault(selectors.verify(), 5, "subtrees")


def test_an_emptied_ledger_is_found(history: list[str]) -> None:
    with tampering() as execute:
        execute("TRUNCATE ledger_entry, ledger_node")
    assert_fault(selectors.verify(), 0, "covers 10 entries")


def test_a_checkpoint_rewritten_to_fit_the_forgery_is_not_signed(history: list[str]) -> None:
    rebuild(drop=14)
    stranger = FakeSigner(OWN)
    with tampering() as execute:
        execute("DELETE FROM ledger_checkpoint WHERE size > 10")
        root = selectors.root(20)
        note = notes.sign(notes.Head(origin=OWN, size=20, root=root).text(), stranger)
        Checkpoint.objects.create(origin=OWN, size=20, root=root, note=note)
    assert_fault(selectors.verify(), 10, "not signed by this node")


def test_a_checkpoint_whose_row_and_note_differ_is_found(history: list[str]) -> None:
    with tampering() as execute:
        execute("UPDATE ledger_checkpoint SET size = 19 WHERE size = 20")
    assert_fault(selectors.verify(), 10, "something else than its row")


def test_a_city_that_rewrites_and_signs_anew_is_found_by_the_note_a_witness_kept(
    history: list[str], signer: FakeSigner
) -> None:
    rebuild(drop=14)
    with tampering() as execute:
        execute("TRUNCATE ledger_checkpoint CASCADE")
    services.sign_checkpoint(signer=signer)
    assert selectors.verify().ok
    assert_fault(selectors.verify(witnessed=history), 10, "witnessed checkpoint of 20", "another root")


def test_a_city_that_keeps_the_cosignature_on_a_checkpoint_it_signed_anew_is_found(
    history: list[str], signer: FakeSigner, witness: FakeSigner
) -> None:
    line = notes.cosign(notes.parse(history[1]).text, witness, Entry.objects.get(index=0).at)
    services.record_cosignature(size=20, origin=OWN, line=line, key=witness.key)
    assert selectors.verify().ok
    rebuild(drop=14)
    root = selectors.root(20)
    note = notes.sign(notes.Head(origin=OWN, size=20, root=root).text(), signer)
    with tampering() as execute:
        execute("DELETE FROM ledger_checkpoint WHERE size = 30")
        execute("UPDATE ledger_checkpoint SET root = %s, note = %s WHERE size = 20", [root, note])
    assert_fault(selectors.verify(), 10, "cosignature of did:web:detmold.example is false")


def test_a_cut_off_end_is_found_by_the_note_a_witness_kept(history: list[str]) -> None:
    with tampering() as execute:
        execute("DELETE FROM ledger_entry WHERE index >= 20")
        execute("DELETE FROM ledger_node WHERE ((position >> 6) + 1) << (position & 63)::int > 20")
        execute("DELETE FROM ledger_checkpoint WHERE size > 20")
    assert selectors.verify().ok
    assert_fault(selectors.verify(witnessed=history[2:]), 20, "witnessed", "ends after 20")


def test_a_note_of_somebody_else_is_refused_as_a_witness(history: list[str]) -> None:
    foreign = notes.sign(notes.Head(origin=OWN, size=20, root=bytes(32)).text(), FakeSigner(OWN))
    with pytest.raises(notes.BadNote):
        selectors.verify(witnessed=[foreign])


def test_memory_is_bounded_by_reading_chunk_by_chunk(history: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "CHUNK", 7)
    steps: list[tuple[int, int]] = []
    with CaptureQueriesContext(connection) as captured:
        assert selectors.verify(progress=lambda done, total: steps.append((done, total))).ok
    assert [done for done, _total in steps] == [7, 14, 21, 28, 30]
    reads = [query["sql"] for query in captured if 'FROM "ledger_entry"' in query["sql"] and "payload" in query["sql"]]
    assert len(reads) == 5
    assert all("LIMIT 7" in sql for sql in reads)
    with tampering() as execute:
        execute("UPDATE ledger_entry SET kind = 'alarm' WHERE index = 23")
    assert_fault(selectors.verify(), 23)

"""Appending: no gap, no double, all or nothing, and never changed again."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.ledger import selectors, services
from apps.ledger.errors import NotAppendable
from apps.ledger.models import Entry, Node
from apps.ledger.types import Kind, leaves, merkle
from tests.ledger.conftest import DIGEST, OWN, PEER, epoch

AT = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 over leaf hashes."""
    if len(hashes) < 2:
        return hashes[0] if hashes else merkle.EMPTY_ROOT
    middle = 1 << ((len(hashes) - 1).bit_length() - 1)
    return merkle.node_hash(naive_root(hashes[:middle]), naive_root(hashes[middle:]))


def test_the_first_entry_is_number_zero_and_says_what_was_recorded(db: None) -> None:
    entry = services.append(kind=Kind.EPOCH, subject=OWN, payload={"epoch": 1}, at=AT)
    stored = Entry.objects.get()
    assert (entry.index, stored.index, stored.at, stored.kind) == (0, 0, AT, "epoch")
    leaf = leaves.encode(index=0, at=stored.at, kind=stored.kind, subject=stored.subject, payload=stored.payload)
    assert leaf.decode() == (
        '{"at":"2026-05-01T12:00:00.123456Z","index":0,"kind":"epoch","payload":{"epoch":1},'
        '"subject":"did:web:bielefeld.example","version":1}'
    )
    assert bytes(stored.leaf_hash) == merkle.leaf_hash(leaf)


def test_every_root_and_every_proof_of_every_size_is_right(fill: Callable[[int], list[Entry]]) -> None:
    hashes: list[bytes] = []
    for count in (1, 2, 1, 5, 8, 4):
        hashes += [bytes(entry.leaf_hash) for entry in fill(count)]
    assert selectors.size() == len(hashes) == 21
    for size in range(len(hashes) + 1):
        root = selectors.root(size)
        assert root == naive_root(hashes[:size])
        for index in range(size):
            proof = selectors.inclusion_proof(index, size)
            assert merkle.verify_inclusion(index=index, size=size, leaf=hashes[index], proof=proof, root=root)
        proof = selectors.consistency_proof(size)
        new_root = naive_root(hashes)
        assert merkle.verify_consistency(old=size, new=21, old_root=root, new_root=new_root, proof=proof)


def test_a_proof_beyond_the_end_is_refused(fill: Callable[[int], list[Entry]]) -> None:
    fill(3)
    for ask in (
        lambda: selectors.root(4),
        lambda: selectors.root(-1),
        lambda: selectors.inclusion_proof(3),
        lambda: selectors.inclusion_proof(0, 4),
        lambda: selectors.consistency_proof(4),
        lambda: selectors.consistency_proof(-1),
    ):
        with pytest.raises(Invalid):
            ask()


def test_appending_costs_the_same_few_statements_however_long_the_ledger_is(
    fill: Callable[[int], list[Entry]],
) -> None:
    fill(1023)
    with CaptureQueriesContext(connection) as captured:
        fill(1)
    assert len(captured) <= 8
    assert all("OFFSET" not in query["sql"] for query in captured)
    with CaptureQueriesContext(connection) as captured:
        selectors.inclusion_proof(517)
    assert len(captured) <= 3


def test_an_entry_stands_only_if_the_callers_transaction_does(db: None) -> None:
    def give_up() -> None:
        with transaction.atomic():
            services.append(kind=Kind.EPOCH, subject=OWN, payload={"epoch": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        give_up()
    assert selectors.size() == 0
    assert services.append(kind=Kind.EPOCH, subject=OWN, payload={"epoch": 2}).index == 0
    assert services.append_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_many_writers_leave_neither_gap_nor_fork() -> None:
    def write(number: int) -> None:
        try:
            for turn in range(5):
                with transaction.atomic():
                    services.append_many([epoch(number), epoch(turn)])
                    if turn == 3:
                        transaction.set_rollback(True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == list(range(48))
    assert Node.objects.count() == 48 - (48).bit_count()
    assert selectors.verify().ok


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_cannot_see_what_others_committed_is_refused() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(NotAppendable):
            services.append(kind=Kind.EPOCH, subject=OWN, payload={"epoch": 1})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET subject = 'did:web:other' WHERE index = 0",
        "DELETE FROM ledger_entry WHERE index = 2",
        "TRUNCATE ledger_entry",
        "UPDATE ledger_node SET hash = ''",
        "DELETE FROM ledger_node",
        "TRUNCATE ledger_node",
        "UPDATE ledger_checkpoint SET size = 0",
        "DELETE FROM ledger_checkpoint",
        "TRUNCATE ledger_checkpoint CASCADE",
        "DELETE FROM ledger_cosignature",
        "DELETE FROM ledger_fork",
        "DELETE FROM ledger_personalcommitment",
        "INSERT INTO ledger_entry VALUES (7, now(), 'epoch', 'did:web:x', '{}', '')",
        "INSERT INTO ledger_entry VALUES (-1, now(), 'epoch', 'did:web:x', '{}', '')",
    ],
)
def test_the_database_itself_refuses_to_rewrite_history(fill: Callable[[int], list[Entry]], statement: str) -> None:
    fill(3)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert selectors.verify().ok


@pytest.mark.parametrize(
    ("kind", "payload", "part"),
    [
        ("epoch", {}, "epoch"),
        ("epoch", {"epoch": 1, "user": "Annette"}, "user"),
        ("epoch", {"epoch": "1"}, "epoch"),
        ("epoch", {"epoch": 1.0}, "epoch"),
        ("epoch", {"epoch": True}, "epoch"),
        ("epoch", {"epoch": -1}, "epoch"),
        ("epoch", {"epoch": 2**53}, "epoch"),
        ("epoch", {"epoch": math.nan}, "epoch"),
        ("epoch", {"epoch": 1, "reason": "Annette asked me to"}, "reason"),
        ("epoch", {"epoch": 1, "reason": "annette@example.com"}, "reason"),
        ("epoch", {"epoch": 1, "reason": "x\x00"}, "reason"),
        ("epoch", {"epoch": 1, "reason": "x\n"}, "reason"),
        ("peer-change", {"peer": "mailto:annette@example.com", "change": "trusted"}, "peer"),
        ("peer-change", {"peer": "tel:+49521", "change": "trusted"}, "peer"),
        ("peer-change", {"peer": PEER, "change": "trusted", "confirmations": ["Annette"]}, "confirmations.0"),
        ("page-disclosed", {"agreement": "urn:uuid:1", "peer": PEER, "rows": 1, "digest": "ab"}, "digest"),
        ("grant", {"agreement": "urn:uuid:1", "dataset": "d", "peer": PEER, "role": "owner"}, "role"),
        ("gossip", {}, "kind"),
    ],
)
def test_what_is_not_in_the_schema_cannot_be_recorded(
    db: None, kind: str, payload: dict[str, object], part: str
) -> None:
    with pytest.raises(Invalid) as caught:
        services.append(kind=kind, subject=OWN, payload=payload)
    assert caught.value.part == part
    assert selectors.size() == 0


@pytest.mark.parametrize(
    "subject", ["", "Annette", "mailto:a@b.de", "tel:0521", "did:web:a b", "x:" + "y" * 500, "did:ä"]
)
def test_a_subject_is_a_plain_uri(db: None, subject: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.append(kind=Kind.EPOCH, subject=subject, payload={"epoch": 1})
    assert caught.value.part == "subject"


def test_times_and_models_are_taken_as_they_come_and_nothing_empty_is_kept(db: None) -> None:
    entry = services.append(
        kind=Kind.GRANT,
        subject="urn:uuid:1",
        payload={
            "agreement": "urn:uuid:1",
            "dataset": "wetter",
            "peer": PEER,
            "role": "provider",
            "policy": DIGEST,
            "purpose": None,
            "expires_at": AT,
        },
    )
    assert entry.payload == {
        "agreement": "urn:uuid:1",
        "dataset": "wetter",
        "peer": PEER,
        "role": "provider",
        "policy": DIGEST,
        "expires_at": "2026-05-01T12:00:00.123456Z",
    }
    with pytest.raises(Invalid):
        services.append(kind=Kind.EPOCH, subject=OWN, payload={"epoch": 1}, at=datetime(2026, 5, 1))  # noqa: DTZ001 - naive on purpose


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@given(payload=st.dictionaries(st.text(max_size=4), values, max_size=3))
def test_whatever_can_be_hashed_reads_back_to_the_same_bytes_from_the_database(
    payload: dict[str, object],
) -> None:
    try:
        leaf = leaves.encode(index=0, at=AT, kind="epoch", subject=OWN, payload=payload)
    except Invalid:
        return
    reread = roundtrip(payload)
    assert leaves.encode(index=0, at=AT, kind="epoch", subject=OWN, payload=reread) == leaf


def roundtrip(payload: dict[str, object]) -> dict[str, object]:
    """Through jsonb and back, without a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(payload)])
        row = cursor.fetchone()
    found: dict[str, object] = json.loads(row[0]) if row else {}
    return found

"""“Why couldn't Herford see this then?” – what was true at a past moment, and plainly what nobody kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from apps.agreements import selectors
from apps.agreements.models import Agreement, Message, Transfer
from apps.catalogue.models import Dataset, TermsVersion
from apps.core import clock
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers.models import Peer
from tests.agreements.region import make_offer

pytestmark = pytest.mark.django_db


def ago(days: float) -> datetime:
    """So many days before now."""
    return clock.now() - timedelta(days=days)


@pytest.fixture
def dataset(peer: Peer) -> Dataset:
    """Trusted 40 days ago, suspended 5 days ago; offered for 30 days, agreed from 20 to 10 days ago."""
    for days, change in ((40, "trusted"), (5, "suspended")):
        payload = {"peer": peer.did, "change": change, "fingerprint": None, "decision": None}
        ledger.append(kind=Kind.PEER_CHANGE, subject=peer.did, payload=payload, at=ago(days))
    offer = make_offer()
    _backdate(offer.terms_version, ago(30))
    agreement = Agreement.objects.create(
        uid="urn:uuid:5b7f2f0e-3c59-4c60-9f6e-0d8d3a1f3f10",
        role="provider",
        peer=peer,
        dataset=offer.dataset,
        dataset_identifier="air",
        policy={},
        terms=offer.terms_version.terms,
        digest="sha-256:" + "0" * 64,
        signed_at=ago(20),
        state="withdrawn",
        ended_at=ago(10),
    )
    transfer = Transfer.objects.create(role="provider", peer=peer, agreement=agreement, address="http://127.0.0.1/")
    for days, state in ((19, "STARTED"), (15, "SUSPENDED"), (14, "STARTED")):
        Message.objects.create(
            peer=peer, transfer=transfer, at=ago(days), direction="out", kind="Transfer", body={}, state=state
        )
    return offer.dataset


def codes(dataset: Dataset, *, days: float) -> list[tuple[str, bool | None]]:
    """Code and answer of every step, so many days ago."""
    found = selectors.recall(dataset, Peer.objects.get(), at=ago(days))
    assert all(reason.text for reason in found)
    return [(reason.code, reason.ok) for reason in found]


def test_while_data_flowed_nothing_stands_against_it_but_what_nobody_kept(dataset: Dataset) -> None:
    assert codes(dataset, days=12) == [
        ("was-trusted", True),
        ("was-released", True),
        ("was-offered", True),
        ("was-agreed", True),
        ("permission-unknown", None),
        ("was-flowing", True),
    ]


@pytest.mark.parametrize(
    ("days", "missing"),
    [
        (35, "was-not-released"),
        (25, "was-not-agreed"),
        (19.5, "had-no-transfer"),
        (14.5, "was-halted"),
        (9, "was-not-agreed"),
        (4, "was-not-trusted"),
    ],
)
def test_the_first_no_is_what_stood_in_the_way_at_that_time(dataset: Dataset, days: float, missing: str) -> None:
    assert next(code for code, ok in codes(dataset, days=days) if ok is False) == missing


def test_before_the_ledger_speaks_trust_cannot_be_known(dataset: Dataset) -> None:
    Peer.objects.update(created_at=ago(60))
    assert codes(dataset, days=50)[0] == ("trust-unknown", None)
    assert codes(dataset, days=70)[0] == ("unknown-peer", False)


def test_it_says_when_the_agreement_before_ended_and_the_next_began(dataset: Dataset) -> None:
    peer = Peer.objects.get()
    before = selectors.recall(dataset, peer, at=ago(25))[3].text
    after = selectors.recall(dataset, peer, at=ago(9))[3].text
    assert "had not asked for it" in before
    assert "The next was signed on" in before
    assert "withdrawn by the owner" in after


def _backdate(version: TermsVersion, at: datetime) -> None:
    """Terms and offers are immutable; the test speaks to the tables as a restore would, past their triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE catalogue_termsversion SET released_at = %s WHERE id = %s", [at, version.pk])
        cursor.execute("UPDATE agreements_offer SET published_at = %s", [at])
        cursor.execute("SET LOCAL session_replication_role = origin")

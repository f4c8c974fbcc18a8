"""The sharing register and the story of a dataset, as everybody may know them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agreements.models import Agreement
from apps.catalogue import selectors as catalogue_read
from apps.catalogue import services as catalogue
from apps.consumer.models import Purge
from apps.core.errors import NotFound
from apps.holdings import selectors
from apps.provider.models import Disclosure, Receipt, Withdrawal
from tests.holdings import city
from tests.holdings.city import DAY, NOON, PUBLIC

pytestmark = pytest.mark.django_db


def agreement(identifier: str, **about: object) -> Agreement:
    """An agreement by which this city gives its dataset to Herford."""
    dataset = catalogue_read.find(identifier) or city.dataset(
        identifier, [city.own(identifier)], {"visibility": "peers"}
    )
    uid = f"urn:uuid:{Agreement.objects.count():08}-0000-4000-8000-000000000000"
    return Agreement.objects.create(
        uid=uid, role="provider", peer=city.peer(), dataset=dataset, dataset_identifier="urn:x", policy={"@id": uid},
        terms={"visibility": "peers", "retention": "P90D"}, digest="sha-256:0", purpose="flood-protection",
        signed_at=DAY, **about,
    )  # fmt: skip


def test_it_says_what_went_to_whom_for_what_and_how_much() -> None:
    made = agreement("levels", expires_at=NOON + timedelta(days=9))
    for rows in (10, 0, 5):
        Disclosure.objects.create(agreement=made, at=NOON, next_cursor="x", rows=rows, media_type="x", digest="x")
    (entry,) = selectors.register(at=NOON)
    assert (entry.given, entry.partner, entry.dataset, entry.purpose) == (True, "Herford", "levels", "flood-protection")
    assert (entry.pages, entry.rows, entry.last_page_at, entry.state) == (2, 15, NOON, "active")
    assert entry.receipt_verified is None
    assert any("90 Tage" in sentence.text for sentence in entry.sentences_de)


def test_it_says_when_it_was_taken_back_and_whether_that_is_proven() -> None:
    made = agreement("levels", state="withdrawn", ended_at=NOON)
    row = Withdrawal.objects.create(agreement=made, kind="withdrawn", ended_at=NOON, due_at=NOON, overdue_since=NOON)
    (entry,) = selectors.register(at=NOON)
    assert (entry.state, entry.ended_at, entry.receipt_verified, entry.receipt_overdue) == (
        "withdrawn",
        NOON,
        False,
        True,
    )
    row.receipt = Receipt.objects.create(
        agreement=made, kind="withdrawn", envelope={}, digest="x", rows_before=1, rows_after=0, purged_at=NOON,
        received_at=NOON,
    )  # fmt: skip
    row.state = "confirmed"
    row.save()
    (entry,) = selectors.register(at=NOON)
    assert (entry.receipt_verified, entry.receipt_at, entry.receipt_overdue) == (True, NOON, False)


def test_what_this_city_received_stands_in_it_too() -> None:
    made = city.replica("given", PUBLIC)
    Agreement.objects.update(state="terminated", ended_at=NOON)
    Purge.objects.create(agreement=made.agreement, kind="terminated", acknowledged_at=NOON)
    (entry,) = selectors.register(at=NOON)
    assert (entry.given, entry.receipt_verified, entry.receipt_at) == (False, True, NOON)


def test_an_expiry_counts_before_any_tick_noticed_it() -> None:
    agreement("levels", expires_at=NOON)
    assert [entry.state for entry in selectors.register(at=NOON)] == ["expired"]


def test_it_costs_the_same_however_long_it_is() -> None:
    counts = set()
    for number in range(3):
        agreement(f"levels-{number}")
        with CaptureQueriesContext(connection) as queries:
            selectors.register(at=NOON)
        counts.add(len(queries))
    assert len(counts) == 1


def test_a_feed_tells_of_terms_days_and_the_withdrawal() -> None:
    stream = city.own("air")
    city.record(stream, {0.0: 1.0, 60.0 * 24 * 3: 2.0})
    made = city.dataset("air", [stream], PUBLIC)
    at = DAY + timedelta(days=4)
    shown, told = selectors.changes("air", at=at)
    assert shown is not None
    assert [(change.kind, change.day) for change in told if change.day] == [
        ("data", (DAY + timedelta(days=3)).date()),
        ("data", DAY.date()),
    ]
    version = catalogue_read.released(made)
    assert version is not None
    catalogue.withdraw_release(version=version, user=city.person("umwelt-owner"), at=at)
    shown, told = selectors.changes("air", at=at)
    assert shown is None
    assert [str(change.kind) for change in told] == ["withdrawn", "released"]


def test_a_dataset_that_never_was_public_has_no_story() -> None:
    city.dataset("peers", [city.own("peers")], {"visibility": "peers"})
    for key in ("peers", "nothing"):
        with pytest.raises(NotFound):
            selectors.changes(key, at=NOON)

"""Commitments: provable while the salt is there, about nobody once it is erased."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.errors import NotFound
from apps.ledger import selectors, services
from apps.ledger.models import PersonalCommitment
from apps.ledger.types import Kind
from tests.ledger.conftest import PEER


def test_a_commitment_opens_to_its_value_only_and_no_two_are_alike(db: None) -> None:
    first = services.commit_personal(value="Annette")
    second = services.commit_personal(value="Annette")
    assert first.digest != second.digest
    assert selectors.opens(first.id, "Annette")
    assert not selectors.opens(first.id, "Anette")
    assert not selectors.opens(uuid.uuid4(), "Annette")
    assert "Annette" not in str(PersonalCommitment.objects.values_list())


def test_after_erasure_nobody_can_tell_and_the_ledger_still_verifies(db: None) -> None:
    made = services.commit_personal(value="Annette")
    services.append(
        kind=Kind.PEER_CHANGE,
        subject=PEER,
        payload={"peer": PEER, "change": "confirmed", "confirmations": [made.digest]},
    )
    services.erase(commitment_id=made.id)
    services.erase(commitment_id=made.id)
    assert not selectors.opens(made.id, "Annette")
    assert PersonalCommitment.objects.get().salt is None
    assert selectors.verify().ok
    with pytest.raises(NotFound):
        services.erase(commitment_id=uuid.uuid4())


@pytest.mark.parametrize("change", ["digest = 'sha-256:other'", "salt = 'other'", "erased_at = now()"])
def test_a_commitment_is_never_changed_otherwise(db: None, change: str) -> None:
    services.commit_personal(value="Annette")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE ledger_personalcommitment SET {change}")  # noqa: S608 - the test's own words

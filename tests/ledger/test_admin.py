"""Operator screens of the ledger: looked at, never edited; a fork is settled by people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from apps.ledger import selectors, services
from apps.ledger.errors import ForkDetected
from apps.ledger.models import (
    Checkpoint,
    Cosignature,
    Entry,
    Fork,
    Node,
    ObservedCheckpoint,
    PersonalCommitment,
)
from apps.ledger.types import notes
from tests.ledger.conftest import OWN, PEER, FakeSigner

MODELS = [Entry, Node, Checkpoint, Cosignature, ObservedCheckpoint, Fork, PersonalCommitment]


@pytest.fixture
def operator(db: None) -> Client:
    """A logged-in superuser's browser."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


@pytest.fixture
def fork(db: None, witness: FakeSigner) -> Fork:
    """A peer that showed two histories."""
    seen, shown = (notes.sign(notes.Head(PEER, 3, bytes([number] * 32)).text(), witness) for number in (1, 2))
    services.observe_checkpoint(origin=PEER, note=seen, key=witness.key, proof=None)
    with pytest.raises(ForkDetected):
        services.observe_checkpoint(origin=PEER, note=shown, key=witness.key, proof=None)
    return Fork.objects.get()


@pytest.fixture
def filled(fork: Fork, fill: Callable[[int], list[Entry]], signer: FakeSigner, witness: FakeSigner) -> None:
    """A row in every table."""
    fill(3)
    checkpoint = services.sign_checkpoint(signer=signer)
    assert checkpoint is not None
    line = notes.cosign(notes.parse(checkpoint.note).text, witness, checkpoint.signed_at)
    services.record_cosignature(size=checkpoint.size, origin=OWN, line=line, key=witness.key)
    services.commit_personal(value="Annette")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_is_there_to_look_at_and_nothing_else(operator: Client, filled: None, model: type[Entry]) -> None:
    name = model._meta.model_name
    row = model._default_manager.first()
    assert row is not None
    assert operator.get(reverse(f"admin:ledger_{name}_changelist"), {"q": "3"}).status_code == 200
    page = operator.get(reverse(f"admin:ledger_{name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert operator.get(reverse(f"admin:ledger_{name}_add")).status_code == 403
    assert operator.post(reverse(f"admin:ledger_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_the_salt_of_a_commitment_is_not_shown(operator: Client, filled: None) -> None:
    row = PersonalCommitment.objects.get()
    page = operator.get(reverse("admin:ledger_personalcommitment_change", args=[row.pk])).content.decode()
    assert bytes(row.salt or b"").hex() not in page


def test_a_fork_is_settled_by_the_action_and_the_evidence_stays(operator: Client, fork: Fork) -> None:
    data = {"action": "accept_history_anew", "_selected_action": fork.pk}
    assert operator.post(reverse("admin:ledger_fork_changelist"), data, follow=True).status_code == 200
    fork.refresh_from_db()
    assert fork.settled_at is not None
    assert selectors.latest_observed(PEER) is None


def test_looking_is_not_settling(db: None, fork: Fork) -> None:
    from_view = get_user_model().objects.create_user("clerk", is_staff=True)
    view = from_view.user_permissions.model.objects.get(codename="view_fork")
    from_view.user_permissions.add(view)
    client = Client()
    client.force_login(from_view)
    client.post(reverse("admin:ledger_fork_changelist"), {"action": "accept_history_anew", "_selected_action": fork.pk})
    fork.refresh_from_db()
    assert fork.settled_at is None

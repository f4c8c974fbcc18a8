"""The ledger's subjects by their titles: linked, in a handful of queries, and never more than a person may see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.agreements import services as agreements
from apps.agreements.models import Agreement, Negotiation
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset
from apps.console import subjects
from apps.console.subjects import DATASET, Named
from apps.core import clock
from apps.desk import services as desk
from apps.desk.types.submissions import Submission
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers.models import Peer
from tests.agreements.region import ASKER, befriend
from tests.consumer.pair import streams

pytestmark = pytest.mark.django_db
UID = "urn:uuid:00000000-0000-4000-8000-000000000001"
PID = "urn:uuid:00000000-0000-4000-8000-000000000002"


@pytest.fixture
def peer() -> Peer:
    """A city that we trust."""
    return befriend(ASKER, ASKER)


@pytest.fixture
def dataset(department: Department, person: Callable[[str], User]) -> Dataset:
    """A dataset with released and offered terms."""
    made = catalogue.create_dataset(
        identifier="air", title_de="Luft", title_en="Air", department=department, sensitivity="environment"
    )
    catalogue.set_members(dataset=made, datastream_ids=streams(1))
    version = catalogue.draft_terms(dataset=made, terms={"visibility": "peers"})
    catalogue.prepare(version=version, user=person(Role.STEWARD))
    catalogue.release(version=version, user=person(Role.OWNER))
    version.refresh_from_db()
    agreements.publish_offer(dataset=made, terms_version=version, user=person(Role.OWNER))
    return made


@pytest.fixture
def shared(dataset: Dataset, peer: Peer) -> Agreement:
    """A negotiation about it, and the agreement that came of it."""
    common = {"role": "provider", "peer": peer, "dataset_identifier": "air"}
    offer = dataset.offers.get()
    Negotiation.objects.create(
        **common, provider_pid=PID, basis=offer, target="x", offer={}, address="https://asker.example"
    )
    made: Agreement = Agreement.objects.create(
        **common, uid=UID, dataset=dataset, policy={}, terms={}, digest="sha-256:" + "0" * 64, signed_at=clock.now()
    )
    return made


def test_everything_that_has_a_page_is_named_and_linked(
    shared: Agreement, dataset: Dataset, peer: Peer, person: Callable[[str], User]
) -> None:
    offer = dataset.offers.get()
    codes = [UID, PID, offer.uid, f"{DATASET}air", peer.did, f"{peer.did}#key-1", "urn:owl:epoch:7", "urn:owl:none"]
    found = subjects.named(person(Role.STEWARD), codes)
    city = f"/console/peers/{peer.pk}/"
    assert found == {
        UID: Named(f"Air – {peer.name}", f"/console/agreements/{shared.pk}/"),
        PID: Named(
            f"Request for “Air” – {peer.name}", f"/console/agreements/negotiations/{Negotiation.objects.get().pk}/"
        ),
        offer.uid: Named("Offer of “Air”", "/console/datasets/air/"),
        f"{DATASET}air": Named("Air", "/console/datasets/air/"),
        peer.did: Named(peer.name, city),
        f"{peer.did}#key-1": Named(f"Key of {peer.name}", city),
        "urn:owl:epoch:7": Named("Numbering of the batches, epoch 7"),
    }


def test_who_may_not_see_a_dataset_reads_no_title_of_it(shared: Agreement, dataset: Dataset) -> None:
    place = accounts.create_department(slug="parks", name_de="Grün", name_en="Parks")
    other = accounts.create_person(username="other", password=None, staff=True)
    accounts.assign_role(user=other, role=Role.STEWARD, department=place)
    assert subjects.named(other, [UID, PID, dataset.offers.get().uid, f"{DATASET}air"]) == {}
    assert UID not in subjects.called(other, "Air")


def test_the_search_finds_what_is_called_so(shared: Agreement, peer: Peer, as_role: Callable[[str], Client]) -> None:
    ledger.append(
        kind=Kind.REPAIR, subject=UID, payload={"agreement": UID, "peer": peer.did, "rows": 4711}, at=clock.now()
    )
    page = as_role(Role.STEWARD).get("/console/ledger/", {"q": peer.name}).content.decode()
    assert f'<a href="/console/agreements/{shared.pk}/">Air – {peer.name}</a>' in page


def test_a_citizens_request_stays_sealed(as_role: Callable[[str], Client]) -> None:
    case = desk.receive(submission=Submission(subject="My neighbour", description="All", requester_name="Erika")).case
    page = as_role(Role.STEWARD).get("/console/ledger/").content.decode()
    assert "sealed – it does not say whose" in page
    assert [word for word in ("My neighbour", "Erika", case.case_number) if word in page] == []

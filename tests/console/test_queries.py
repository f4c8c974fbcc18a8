"""No page asks the database more than thirty questions, and none asks more because there is more to show."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.agreements.models import Agreement
from apps.catalogue import services as catalogue
from apps.core import clock
from apps.desk import services as desk
from apps.desk.types.submissions import Submission
from apps.peers import services as peers
from apps.peers.models import Peer
from tests.agreements.region import ASKER, befriend
from tests.consumer.pair import streams

PAGES = [
    "/console/",
    "/console/datasets/",
    "/console/agreements/",
    "/console/agreements/?view=received",
    "/console/explain",
    "/console/sync/",
    "/console/sensors/",
    "/console/sensors/quarantine",
    "/console/peers/",
    "/console/ledger/",
    "/console/ledger/checkpoints",
    "/console/people/",
    "/console/requests/",
    "/console/requests/figures/",
    "/console/texts/",
]


def fill(department: Department, steward: User, number: int) -> None:
    """One more of everything that lists show."""
    (stream,) = streams(1)
    dataset = catalogue.create_dataset(
        identifier=f"set-{number}", title_de=f"Satz {number}", department=department, sensitivity="environment"
    )
    catalogue.set_members(dataset=dataset, datastream_ids=[stream])
    version = catalogue.draft_terms(dataset=dataset, terms={"visibility": "peers"})
    catalogue.prepare(version=version, user=steward)
    person = accounts.create_person(username=f"p{number}", password=None, staff=True)
    accounts.assign_role(user=person, role=Role.DESK, department=department)
    desk.receive(submission=Submission(subject=f"Request {number}", description="All of it"))
    peer = Peer.objects.first() or befriend(ASKER, ASKER)
    for place, role in enumerate(("provider", "consumer")):
        Agreement.objects.create(
            uid=f"urn:uuid:00000000-0000-4000-8000-{number:06d}{place:06d}",
            role=role,
            peer=peer,
            dataset=dataset if role == "provider" else None,
            dataset_identifier=dataset.identifier,
            policy={},
            terms={"visibility": "peers"},
            digest="sha-256:" + "0" * 64,
            signed_at=clock.now(),
        )


@pytest.mark.django_db
def test_pages_ask_few_questions_however_much_there_is(
    department: Department, person: Callable[[str], User], client: Client
) -> None:
    peers.ensure_identity()
    everybody = accounts.create_person(username="all", password=None, staff=True)
    for role in Role.values:
        accounts.assign_role(user=everybody, role=role)
    client.force_login(everybody)
    fill(department, person("steward"), 0)
    few = {page: _questions(client, page) for page in PAGES}
    for number in range(1, 6):
        fill(department, person("steward"), number)
    many = {page: _questions(client, page) for page in PAGES}
    assert {page: count for page, count in many.items() if count > 30} == {}
    assert {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]} == {}


def _questions(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200, page
    return len(asked)

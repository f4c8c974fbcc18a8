"""Whole journeys through the screens of two nodes: shared, released by another person, asked for, held, withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Department
from apps.catalogue.models import TermsVersion
from apps.consumer import services as consumer
from apps.core import clock
from apps.peers.models import Peer
from apps.provider import services as provider
from tests.agreements.region import ASKER
from tests.consumer.pair import Pair, pair, record, streams

__all__ = ["pair"]

FLOOD = {
    "visibility": "peers",
    "resolution": "PT15M",
    "statistics": ["mean", "max"],
    "purposes": "flood-protection",
    "retention": "P90D",
    "onward": "no",
}
FOUNDING = {"identifier": "pegel", "title_de": "Wasserstand der Aa", "department": "environment"}


def staff(*roles: str) -> dict[str, Client]:
    """One signed-in person for each role, in the department of the present node."""
    place = Department.objects.filter(slug="environment").first() or accounts.create_department(
        slug="environment", name_de="Umwelt", name_en="Environment"
    )
    clients = {}
    for role in roles:
        person = accounts.create_person(username=role, password=None, staff=True)
        accounts.assign_role(user=person, role=role, department=place)
        clients[role] = Client()
        clients[role].force_login(person)
    return clients


def say(client: Client, address: str) -> str:
    """The page's text."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.content.decode())


def press(client: Client, address: str, **given: object) -> str:
    """Send a form and follow to where it leads; the text there."""
    answer = client.post(address, given, follow=True)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.content.decode())


def share(clients: dict[str, Client], stream: int, *, sensitivity: str = "environment") -> None:
    """The steward builds the dataset, chooses the terms and prepares them."""
    steward = clients["steward"]
    press(steward, "/console/datasets/new", **FOUNDING, sensitivity=sensitivity)
    press(steward, "/console/datasets/pegel/sensors", datastream=stream, listed=stream)
    seen = press(steward, "/console/datasets/pegel/terms/new", **FLOOD, step="preview")
    assert "Summarised by quarter hours: mean, maximum." in seen
    assert "What stays here" in seen
    assert not TermsVersion.objects.exists(), "looking keeps nothing"
    press(steward, "/console/datasets/pegel/terms/new", **FLOOD, step="keep")
    press(steward, "/console/datasets/pegel/terms/1/prepare")


def deliver(pair: Pair) -> None:
    """The owner's notices, then the consumer's deletions and receipts."""
    later = clock.now() + timedelta(days=5)
    for pk in provider.due_notices(at=later):
        provider.deliver_notice(withdrawal_id=pk, at=later)
    with pair.on(ASKER):
        consumer.follow_agreements()
        for pk in consumer.due_purges(at=later):
            consumer.purge(purge_id=pk, at=later)


def test_shared_released_by_another_asked_for_held_and_withdrawn_with_a_receipt(pair: Pair) -> None:
    clients = staff("steward", "owner")
    owner = clients["owner"]
    (stream,) = streams(1)
    record(stream, {minute: float(minute) for minute in range(120)})
    share(clients, stream)

    assert "Wasserstand der Aa" in say(owner, "/console/"), "it waits for the second person"
    assert "Wasserstand der Aa" not in say(clients["steward"], "/console/")
    press(owner, "/console/datasets/pegel/terms/1/release")
    press(owner, "/console/datasets/pegel/offer", standing="no")

    with pair.on(ASKER):
        there = staff("owner")["owner"]
        city = Peer.objects.get().pk
        offers = say(there, f"/console/agreements/offers?peer={city}")
        assert "Wasserstand der Aa" in offers
        wanted = re.search(r'name="dataset" value="([^"]+)"', offers)
        assert wanted is not None
        press(there, f"/console/agreements/ask/{city}", dataset=wanted[1], purpose="flood-protection")
    pair.settle()

    found = re.search(r"/console/agreements/negotiations/(\d+)/", say(owner, "/console/"))
    assert found is not None, "the request waits for the owner"
    press(owner, f"/console/agreements/negotiations/{found[1]}/decide", decision="grant")
    pair.settle()
    pair.pull()
    with pair.on(ASKER):
        replica = re.search(r"/console/sync/(\d+)/", say(there, "/console/sync/"))
        assert replica is not None, "data appear"
        assert "16 rows" in say(there, f"/console/sync/{replica[1]}/"), "8 quarter hours of two statistics"

    given = re.search(r"/console/agreements/(\d+)/", say(owner, "/console/agreements/"))
    assert given is not None
    agreement = f"/console/agreements/{given[1]}/"
    assert "So far 16 rows in" in say(owner, f"{agreement}withdraw"), "the consequences come first"
    assert "is awaited" in press(owner, f"{agreement}withdraw", reason="Test")
    assert "is awaited" in press(owner, f"{agreement}withdraw"), "twice is the same as once"
    deliver(pair)
    assert "The copy is deleted, and that is proven" in say(owner, agreement)
    with pair.on(ASKER):
        assert "withdrawn" in say(there, "/console/agreements/?view=ended")


def test_a_gatekeeper_stops_a_sensitive_dataset(pair: Pair) -> None:
    clients = staff("steward", "owner", "gatekeeper")
    (stream,) = streams(1, kind="count")
    people = {**FLOOD, "resolution": "PT1H", "statistics": ["sum"], "delay": "PT1H", "grid_m": 100, "suppress_below": 3}
    steward, owner, gatekeeper = (clients[name] for name in ("steward", "owner", "gatekeeper"))
    press(steward, "/console/datasets/new", **FOUNDING, sensitivity="people")
    press(steward, "/console/datasets/pegel/sensors", datastream=stream, listed=stream)
    press(steward, "/console/datasets/pegel/terms/new", **FLOOD, step="keep")
    refused = press(steward, "/console/datasets/pegel/terms/1/prepare", next="/console/datasets/pegel/terms/1/")
    assert "Choose coarser terms" in refused, "too fine for data about people"
    press(steward, "/console/datasets/pegel/terms/new", **people, step="keep")
    press(steward, "/console/datasets/pegel/terms/2/prepare")

    missing = press(owner, "/console/datasets/pegel/terms/2/release", next="/console/datasets/pegel/terms/2/")
    assert "A signature is missing" in missing
    assert "Wasserstand der Aa" in say(gatekeeper, "/console/")
    press(gatekeeper, "/console/datasets/pegel/terms/2/withdraw")
    stopped = press(owner, "/console/datasets/pegel/terms/2/release", next="/console/datasets/pegel/terms/2/")
    assert "cannot become" in stopped
    assert TermsVersion.objects.get(number=2).state == "withdrawn"
    assert "not offered" in say(owner, "/console/datasets/pegel/").lower()


@pytest.mark.parametrize("act", ["release", "gate"])
def test_nobody_signs_twice_and_the_refusal_is_calm(pair: Pair, act: str) -> None:
    clients = staff("steward", "owner")
    (stream,) = streams(1)
    share(clients, stream)
    version = TermsVersion.objects.get()
    person = version.signatures.get().user
    role = {"release": "owner", "gate": "gatekeeper"}[act]
    accounts.assign_role(user=person, role=role, department=Department.objects.get())
    page = press(clients["steward"], f"/console/datasets/pegel/terms/1/{act}", next="/console/datasets/pegel/terms/1/")
    assert "already signed" in page

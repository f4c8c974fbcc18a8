"""Every kind of page of the console in a real browser: accessible in both languages and colours, narrow and wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page

from apps.accounts import services as accounts
from apps.accounts.types import Role
from apps.agreements.models import Agreement
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset, TermsVersion
from apps.core import clock
from apps.ledger import services as ledger
from apps.peers import services as peers
from tests.agreements.region import ASKER, befriend
from tests.browser.looking import LOOKS, Look, Visit, find_faults, find_faults_on
from tests.consumer.pair import record, streams

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a-long-enough-one-4"


@pytest.fixture
def city() -> dict[str, int]:
    """A person with every role, a dataset with released terms, a peer and an agreement; keys for the addresses."""
    peers.ensure_identity()
    place = accounts.create_department(slug="environment", name_de="Umwelt", name_en="Environment")
    everybody = accounts.create_person(username="all", password=PASSWORD, display_name="Alle Rollen", staff=True)
    for role in Role.values:
        accounts.assign_role(user=everybody, role=role)
    others = [accounts.create_person(username=name, password=None) for name in ("stefan", "olga")]
    for person, role in zip(others, ("steward", "owner"), strict=True):
        accounts.assign_role(user=person, role=role, department=place)
    (stream,) = streams(1)
    record(stream, {minute: 10 + minute % 7 for minute in range(200)})
    dataset = catalogue.create_dataset(
        identifier="pegel", title_de="Wasserstand der Aa", department=place, sensitivity="environment"
    )
    catalogue.set_members(dataset=dataset, datastream_ids=[stream])
    version = catalogue.draft_terms(dataset=dataset, terms={"visibility": "peers", "retention": "P90D"})
    catalogue.prepare(version=version, user=others[0])
    peer = befriend(ASKER, ASKER)
    agreement = Agreement.objects.create(
        uid="urn:uuid:5b7f2f0e-3c59-4c60-9f6e-0d8d3a1f3f10",
        role="provider",
        peer=peer,
        dataset=dataset,
        dataset_identifier="pegel",
        title="Wasserstand der Aa",
        policy={},
        terms=version.terms,
        digest="sha-256:" + "0" * 64,
        purpose="flood-protection",
        signed_at=clock.now(),
    )
    entry = ledger.append(kind="epoch", subject="urn:owl:node", payload={"epoch": 1})
    return {"agreement": agreement.pk, "peer": peer.pk, "stream": stream, "entry": entry.index, "me": everybody.pk}


@pytest.fixture
def signed_in(visit: Visit, city: dict[str, int]) -> Callable[..., Page]:
    """Opens a page of the console as the person with every role."""
    client = Client()
    client.login(username="all", password=PASSWORD)
    cookie = client.cookies["sessionid"].value

    def open_page(path: str, look: Look | None = None) -> Page:
        page = visit("/health/live", look)
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": page.url}])
        page.goto(path)
        return page

    return open_page


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_kind_of_page_is_accessible(signed_in: Callable[..., Page], city: dict[str, int], look: Look) -> None:
    pages = [
        "/console/",
        "/console/datasets/",
        "/console/datasets/new",
        "/console/datasets/pegel/",
        "/console/datasets/pegel/sensors",
        "/console/datasets/pegel/terms/new",
        "/console/datasets/pegel/terms/1/",
        "/console/agreements/",
        f"/console/agreements/{city['agreement']}/",
        f"/console/agreements/{city['agreement']}/withdraw",
        "/console/agreements/offers",
        f"/console/explain?dataset=pegel&peer={city['peer']}",
        "/console/sync/",
        "/console/sensors/",
        f"/console/sensors/{city['stream']}/",
        "/console/sensors/quarantine",
        "/console/peers/",
        f"/console/peers/{city['peer']}/",
        "/console/peers/new",
        "/console/ledger/",
        f"/console/ledger/{city['entry']}/",
        "/console/ledger/checkpoints",
        "/console/people/",
        "/console/people/new",
        f"/console/people/{city['me']}/",
        "/console/account/sessions/",
        "/console/account/2fa/",
    ]
    assert find_faults_on(signed_in("/console/", look), pages) == {}


def test_a_colleague_signs_in_and_releases_by_keyboard_without_scripts(visit: Visit, city: dict[str, int]) -> None:
    page = visit("/console/", Look(language="en", javascript=False))
    page.get_by_label("Username").focus()
    page.keyboard.type("all")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Look and release").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Release", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("These terms are in force from now on.").wait_for()
    assert TermsVersion.objects.get().state == "released"
    assert Dataset.objects.get().identifier == "pegel"


def test_the_door_is_accessible(visit: Visit) -> None:
    assert {str(look): faults for look in LOOKS if (faults := find_faults(visit("/console/", look)))} == {}

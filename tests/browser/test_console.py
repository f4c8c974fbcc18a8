"""Every kind of page of the console in a real browser: accessible in both languages and colours, narrow and wide."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from django.test import Client
from playwright.sync_api import Page

from apps.accounts import services as accounts
from apps.accounts.types import Role
from apps.agreements.models import Agreement
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset, TermsVersion
from apps.core import clock
from apps.desk import services as desk
from apps.desk.types.submissions import Submission
from apps.ledger import services as ledger
from apps.peers import services as peers
from apps.sensors import services as sensors
from apps.sensors.models import Quarantined
from apps.sensors.types import QuarantineRow
from apps.sources import services as sources
from apps.sources.models import TableUpload
from apps.sources.types import Format
from tests.agreements.region import ASKER, befriend
from tests.browser.looking import LANGUAGES, LOOKS, Look, Visit, find_faults, find_faults_on, looks_in
from tests.consumer.pair import record, streams
from tests.sources.test_tables import GERMAN

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
    waiting = json.dumps({"datastream": "old/level", "time": "2026-05-01T12:00:00Z", "result": 3.4})
    sensors.quarantine(source="ingest:abc", rows=[QuarantineRow(payload=waiting, reason="unknown-datastream")])
    desk.receive(submission=Submission(subject="Trees by the river", description="All of them"))
    tables = sources.create_source(slug="tables", name="Tabellen", format=Format.CSV)
    table, taken = (
        sources.upload_table(source=tables, name=f"{name}.csv", content=GERMAN.encode(), at=clock.now())
        for name in ("waiting", "taken")
    )
    sources.import_table(upload=taken, form=sources.preview_table(upload=taken, at=clock.now()).form, at=clock.now())
    entry = ledger.append(kind="epoch", subject="urn:owl:node", payload={"epoch": 1})
    return {
        "agreement": agreement.pk,
        "peer": peer.pk,
        "stream": stream,
        "entry": entry.index,
        "me": everybody.pk,
        "piece": Quarantined.objects.get(source="ingest:abc").pk,
        "table": table.pk,
        "taken": taken.pk,
    }


@pytest.fixture
def signed_in(visit: Visit, city: dict[str, int]) -> Callable[..., Page]:
    """Opens a page of the console as the person with every role."""
    client = Client()
    client.login(username="all", password=PASSWORD)
    cookie = client.cookies["sessionid"].value

    def open_page(path: str, look: Look | None = None) -> Page:
        page = visit("/health/live", look)
        # For all of the node: by an address alone the cookie would hold for the folder of that address only.
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": urljoin(page.url, "/")}])
        page.goto(path)
        assert "/account/login/" not in page.url, "the door is looked at by a test of its own"
        return page

    return open_page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_page_is_accessible(signed_in: Callable[..., Page], city: dict[str, int], language: str) -> None:
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
        f"/console/sensors/quarantine/{city['piece']}/",
        "/console/sources/",
        "/console/sources/tables/",
        "/console/sources/tables",
        f"/console/sources/tables/{city['table']}/",
        f"/console/sources/tables/{city['taken']}/",
        "/console/requests/",
        "/console/requests/figures/",
        "/console/texts/",
        "/console/texts/new",
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
    looks = looks_in(language)
    assert find_faults_on(signed_in("/console/", looks[0]), pages, looks) == {}


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


def test_a_table_is_sent_mapped_and_imported_by_keyboard_without_scripts(
    signed_in: Callable[..., Page], city: dict[str, int]
) -> None:
    page = signed_in(f"/console/sources/tables/{city['table']}/", Look(language="en", width=320, javascript=False))
    page.get_by_label("Datastream: Temperatur").focus()
    page.keyboard.type("nowhere")
    page.get_by_role("button", name="Import the table").focus()
    page.keyboard.press("Enter")
    page.get_by_text("There is no own datastream “nowhere”.").wait_for()
    page.get_by_label("Datastream: Temperatur").fill(str(city["stream"]))
    page.get_by_role("button", name="Import the table").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The table is imported.").wait_for()
    assert TableUpload.objects.get(pk=city["table"]).account["accepted"] == 2


def test_the_door_is_accessible(visit: Visit) -> None:
    assert {str(look): faults for look in LOOKS if (faults := find_faults(visit("/console/", look)))} == {}

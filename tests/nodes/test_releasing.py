"""Journeys of a dataset in the console: shared by two people, asked for, held, withdrawn – or stopped by a third."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.nodes.door import Enter, press, shows
from tests.nodes.region import BIELEFELD, DETMOLD, MIDNIGHT, RAW, Region

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]
MARK = uuid.uuid4().hex[:6]
AIR, METERS = f"Luft am Siegfriedplatz {MARK}", f"Verbrauch einzelner Häuser {MARK}"
DAILY = {
    "visibility": "peers",
    "resolution": "P1D",
    "statistics": ["mean", "count"],
    "delay": "P1D",
    "grid_m": 1000,
    "suppress_below": 10,
}
REASON = "Detmold möchte vergleichen."
AIR_SLUG, METERS_SLUG = f"air-{MARK}", f"meters-{MARK}"


def test_two_people_share_a_dataset_a_peer_gets_it_and_its_withdrawal_is_proven(region: Region, enter: Enter) -> None:
    region.ask(BIELEFELD, "device", key=AIR_SLUG, name="Mast am Siegfriedplatz", streams=["t"])
    region.record(f"{AIR_SLUG}/t", {MIDNIGHT + timedelta(minutes=minute): 20.5 + minute for minute in range(3)})
    region.ask(BIELEFELD, "dataset", slug=AIR_SLUG, keys=[f"{AIR_SLUG}/t"], title=AIR)

    prepare(enter(BIELEFELD, "steward"))
    owner = enter(BIELEFELD, "owner")
    release_and_offer(owner)

    reader = enter(DETMOLD)
    assert not in_catalogue(reader)
    ask_for(enter(DETMOLD, "owner"), region)
    region.until(lambda: in_catalogue(reader), "Detmold's website has Bielefeld's dataset")
    region.until(lambda: len(values(reader)) == 3, "and its values")
    assert sorted(values(reader)) == ["20,5", "21,5", "22,5"]

    withdraw(owner, region)
    assert not in_catalogue(reader)


def test_a_gatekeeper_stops_a_sensitive_dataset_and_no_peer_ever_sees_an_offer(region: Region, enter: Enter) -> None:
    region.ask(BIELEFELD, "device", key=METERS_SLUG, name="Zähler", streams=["m"])
    region.ask(BIELEFELD, "dataset", slug=METERS_SLUG, keys=[f"{METERS_SLUG}/m"], title=METERS, sensitivity="sensitive")
    number = region.ask(BIELEFELD, "prepare_terms", slug=METERS_SLUG, terms=DAILY, reason=REASON)
    other, _key = region.share(RAW)
    peer = enter(DETMOLD, "owner")
    assert offered(peer, other), "Detmold sees what Bielefeld offers"
    assert not offered(peer, METERS)

    gatekeeper = enter(BIELEFELD, "gatekeeper")
    gatekeeper.get_by_role("link", name=re.compile(f"^Ansehen und unterschreiben.*{METERS}")).click()
    gatekeeper.get_by_text(REASON).wait_for()
    press(gatekeeper.get_by_role("button", name="Freigabe stoppen"))
    gatekeeper.get_by_text("Zurückgenommen.").first.wait_for()
    assert not gatekeeper.get_by_role("button", name="unterschreiben").is_visible()

    owner = enter(BIELEFELD, "owner")
    assert not owner.get_by_text(METERS).first.is_visible(), "nothing waits for a second person"
    owner.goto(f"/console/datasets/{METERS_SLUG}/terms/{number}/")
    assert owner.get_by_text(METERS).first.is_visible()
    assert not owner.get_by_role("button", name="Freigeben").is_visible()
    owner.goto(f"/console/datasets/{METERS_SLUG}/")
    assert owner.get_by_text("Nicht angeboten").is_visible()
    assert not owner.get_by_text("Angebot veröffentlichen").first.is_visible()
    assert offered(peer, other)
    assert not offered(peer, METERS)


def prepare(steward: Page) -> None:
    """The steward begins with a template, looks at what would leave, and signs."""
    steward.goto(f"/console/datasets/{AIR_SLUG}/")
    steward.get_by_role("link", name="Neue Bedingungen").click()
    steward.get_by_role("link", name="Umwelt: öffentlich, jeder Wert sofort").click()
    press(steward.get_by_role("button", name="Vorschau"))
    received = steward.get_by_role("region", name="Was die andere Stadt erhält").first
    assert received.get_by_text("21,5").is_visible(), "the preview shows what would leave"
    press(steward.get_by_role("button", name="Als Entwurf behalten"))
    press(steward.get_by_role("button", name="Zur Freigabe vorbereiten (unterschreiben)"))
    steward.get_by_text("die nächste Unterschrift").first.wait_for()
    assert not steward.get_by_role("button", name="Freigeben").is_visible(), "nobody releases alone"


def release_and_offer(owner: Page) -> None:
    """Another person finds it among today's tasks, releases it and offers it under a standing yes."""
    owner.goto("/console/")
    owner.get_by_role("link", name=re.compile(f"^Ansehen und freigeben.*{AIR}")).click()
    press(owner.get_by_role("button", name="Freigeben", exact=True))
    owner.get_by_role("link", name=AIR, exact=True).click()
    owner.locator("summary", has_text="Angebot veröffentlichen").click()
    owner.get_by_label("wird sofort zugestimmt").check()
    press(owner.get_by_role("button", name="Angebot veröffentlichen"))
    owner.get_by_role("heading", name="Jede vertraute Stadt").wait_for()


def ask_for(peer: Page, region: Region) -> None:
    """The peer's owner finds the offer, asks, and follows the negotiation until there is an agreement."""
    assert offered(peer, AIR)
    offer = peer.get_by_role("region", name=AIR)
    offer.get_by_label("Zweck").fill("Vergleich der Luft in der Region")
    press(offer.get_by_role("button", name="Anfragen"))
    concluded = peer.get_by_role("link", name=re.compile("^geschlossen"))

    def is_concluded() -> bool:
        peer.reload()
        return concluded.is_visible()

    region.until(is_concluded, "the policy says yes without anybody")
    concluded.click()
    region.until(lambda: shows(peer, "3 Zeilen"), "the agreement's page tells what came in")


def withdraw(owner: Page, region: Region) -> None:
    """First the consequences, then the button, then the receipt and its entry in the ledger."""
    owner.goto("/console/agreements/")
    owner.get_by_role("link", name=AIR, exact=True).click()
    owner.get_by_role("link", name="Widerrufen …").click()
    owner.get_by_text(re.compile(r"Bisher wurden 3 Zeilen")).wait_for()
    owner.get_by_label("Begründung, wird der anderen Stadt mitgeteilt").fill("Der Mast wird abgebaut.")
    press(owner.get_by_role("button", name="Jetzt widerrufen"))
    proven = "Die Kopie ist gelöscht, und das ist nachgewiesen"
    region.until(lambda: shows(owner, proven), "the receipt arrives")
    assert owner.get_by_text("3 → 0").is_visible()
    owner.get_by_role("link", name=re.compile(r"^Eintrag \d+ im Nachweisbuch")).click()
    owner.get_by_role("heading", name=re.compile(r"^Eintrag \d+$")).wait_for()


def offered(peer: Page, title: str) -> bool:
    """Whether Bielefeld, asked just now, offers a dataset of this title to this city."""
    peer.goto("/console/agreements/offers")
    peer.get_by_role("link", name="Bielefeld").click()
    peer.get_by_role("heading", name="Bielefeld bietet uns an").wait_for()
    return peer.get_by_role("region", name=title, exact=True).is_visible()


def in_catalogue(reader: Page) -> bool:
    """Whether the city's website has the dataset for everybody."""
    reader.goto(f"/katalog?q={MARK}")
    return reader.get_by_role("link", name=AIR).first.is_visible()


def values(reader: Page) -> list[str]:
    """The values in the table of the dataset's page."""
    in_catalogue(reader)
    reader.get_by_role("link", name=AIR).first.click()
    reader.get_by_label("Zeitraum", exact=True).select_option("all")
    press(reader.get_by_role("button", name="Anzeigen"))
    table = reader.locator("details", has_text="Die Werte als Tabelle")
    return table.locator("td.owl-number").all_text_contents() if table.count() else []

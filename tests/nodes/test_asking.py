"""Journey of a citizen: asks in one city for what another owns, agrees that it is passed on, and gets the data."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.nodes.door import Enter, press, shows
from tests.nodes.region import BIELEFELD, Region

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]
SUBJECT = f"Stickstoffdioxid an der Stadtgrenze {uuid.uuid4().hex[:6]}"
NAME, EMAIL = "Erika Beispiel", "erika@beispiel.example"
VALUES = b"Zeit;Stickstoffdioxid in Mikrogramm je Kubikmeter\n2026-01-01T00:00:00Z;21,5\n"


def test_a_citizen_asks_in_herford_for_what_bielefeld_owns_and_gets_it(
    region: Region, enter: Enter, herford: str
) -> None:
    citizen = enter(herford)
    number, status = ask(citizen)
    confirm(region, herford, citizen, number)
    propose_bielefeld(enter(herford, "desk"), number)

    citizen.goto(status)
    citizen.get_by_text("Bielefeld betreibt die Station.").first.wait_for()
    press(citizen.get_by_role("button", name="Ja, ohne meinen Namen"))

    clerk = enter(BIELEFELD, "desk")
    clerk.goto("/console/requests/")
    region.until(lambda: shows(clerk, SUBJECT), "the request arrives in Bielefeld")
    grant_and_deliver(clerk)

    region.until(lambda: shows(citizen, "Für Sie bereit"), "the answer arrives on the citizen's page in Herford")
    citizen.get_by_text("Sie bekommen alle Stundenwerte.").first.wait_for()
    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="Herunterladen").click()
    assert Path(download.value.path()).read_bytes() == VALUES


def ask(page: Page) -> tuple[str, str]:
    """Fill in the form and send it; the number and the secret address of the status page."""
    page.goto("/")
    page.get_by_role("link", name="Daten anfragen").first.click()
    page.get_by_label("Worum geht es?").fill(SUBJECT)
    page.get_by_label("Was möchten Sie wissen oder bekommen?").fill("Alle Stundenwerte des letzten Jahres.")
    press(page.get_by_role("button", name="Weiter"))
    page.get_by_label("Welcher Ort?").fill("Herforder Straße")
    press(page.get_by_role("button", name="Weiter"))
    page.get_by_label(re.compile("^Name")).fill(NAME)
    page.get_by_label(re.compile("^E-Mail-Adresse")).fill(EMAIL)
    press(page.get_by_role("button", name="Weiter"))
    # The browser proves that it has worked; and nobody reads four steps in less than three seconds.
    page.wait_for_function("document.querySelector('input[name=altcha]')?.value")
    page.wait_for_timeout(3_000)
    press(page.get_by_role("button", name="Anfrage absenden"))
    page.get_by_role("heading", name="Ihre Anfrage ist angekommen").wait_for()
    status = page.locator("a[href*='/anfragen/stand/']").get_attribute("href")
    return page.locator(".desk-number").inner_text(), str(status)


def confirm(region: Region, city: str, page: Page, number: str) -> None:
    """Open the link in the first email about this request and press its button."""
    link = re.compile(rf"{re.escape(region.engine.nodes[city].url)}/anfragen/bestaetigen/\S+")

    def links() -> list[str]:
        return [found for letter in region.mails(city) if number in letter for found in link.findall(letter)]

    region.until(lambda: bool(links()), "an email asks whether the address is right")
    page.goto(links()[0])
    press(page.get_by_role("button", name="Ja, Adresse bestätigen"))
    page.get_by_role("heading", name="Vielen Dank, Ihre Adresse ist bestätigt").wait_for()


def propose_bielefeld(clerk: Page, number: str) -> None:
    """Herford's clerk does not have the data and asks whether Bielefeld may have the question."""
    clerk.goto("/console/requests/")
    clerk.get_by_role("link", name=number).click()
    assert clerk.get_by_text(NAME).first.is_visible(), "here they know who asks"
    panel = clerk.locator("#panel-forward")
    panel.get_by_text("Eine andere Stadt hat die Daten", exact=True).click()
    panel.get_by_label("Stadt").select_option(label="Bielefeld")
    panel.get_by_label("Grund, für die anfragende Person").fill("Bielefeld betreibt die Station.")
    press(panel.get_by_role("button", name="Anfragende Person fragen"))
    clerk.get_by_text("Bielefeld betreibt die Station.").first.wait_for()


def grant_and_deliver(clerk: Page) -> None:
    """Bielefeld's clerk takes the request, decides under the environmental law and delivers a file."""
    clerk.get_by_role("row", name=SUBJECT).get_by_role("link").click()
    whole = clerk.content()
    assert (NAME in whole, EMAIL in whole) == (False, False), "the question travels without the person"
    press(clerk.get_by_role("button", name="In Bearbeitung nehmen"))
    law = clerk.locator("#panel-law")
    law.get_by_label("Umweltinformationsgesetz (UIG NRW)").check()
    press(law.get_by_role("button", name="Gesetz festlegen"))
    decide = clerk.locator("#panel-decide")
    decide.locator("summary").click()
    decide.get_by_label("zugesagt", exact=True).check()
    decide.get_by_label("Entscheidung").fill("Sie bekommen alle Stundenwerte.")
    press(decide.get_by_role("button", name="Entscheiden"))
    deliver = clerk.locator("#panel-deliver-file")
    deliver.get_by_label("Titel").fill("Stundenwerte")
    deliver.get_by_label("Datei").set_input_files(
        {"name": "stundenwerte.csv", "mimeType": "text/csv", "buffer": VALUES}
    )
    press(deliver.get_by_role("button", name="Übermitteln"))
    clerk.get_by_text("Erledigt.").wait_for()

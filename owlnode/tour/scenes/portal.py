"""What everybody sees: the city's website."""

from __future__ import annotations

from owlnode.tour.shooting import BIELEFELD, HERFORD, Shooting


def play(shooting: Shooting) -> None:
    """Home, catalogue, a dataset with its chart, the region, the sensors to touch."""
    camera, page = shooting.camera, shooting.visitors.page(BIELEFELD)
    page.goto("/")
    page.wait_for_selector(".owl-map[data-ready] .owl-pin")
    camera.take(page, "portal-home", height=880)
    page.goto("/katalog")
    camera.take(page, "catalogue", height=1000)
    there = shooting.visitors.page(HERFORD)
    there.goto("/datensaetze/herford-gewaesserguete?range=month")
    there.wait_for_selector(".owl-chart[data-ready] canvas")
    camera.take(there, "dataset", height=1000)
    page.goto("/region")
    page.get_by_role("link", name="Lufttemperatur").first.click()
    page.wait_for_selector(".owl-chart[data-ready] canvas")
    camera.take(page, "region", height=1000)
    page.goto("/reallabor")
    page.locator("[data-age]").filter(has_text="vor ").first.wait_for()
    camera.take(page, "courtyard", height=900)
    # Nothing after this needs new values; the machine has enough to do.
    shooting.engine.supervisor.stop([f"{city}/simulator" for city in shooting.engine.nodes])


def play_register(shooting: Shooting) -> None:
    """Who gets our data, and what was deleted; last, so that there is something to tell."""
    page = shooting.visitors.page(BIELEFELD)
    page.goto("/weitergabe")
    shooting.camera.take(page, "register", height=1100)

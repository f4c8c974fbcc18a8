"""The public pages in a real browser: accessible, by keyboard, without scripts, with nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Request

from apps.portal import counting, live
from apps.sensors import services as sensors
from apps.sensors.types import Place
from tests.browser.looking import LANGUAGES, Look, Visit, find_faults, find_faults_on, looks_in
from tests.holdings import city
from tests.portal import town

pytestmark = pytest.mark.django_db(transaction=True)
DATASET = "/datensaetze/luft-1?range=all"
PAGES = (
    "/",
    "/katalog",
    "/katalog?q=nirgends",
    DATASET,
    "/datensaetze/rad-1",
    "/datensaetze/herford-luft-1~herford.example",
    "/region",
    "/region/air-temperature",
    "/weitergabe",
    "/reallabor",
    "/impressum",
    "/datenschutz",
    "/barrierefreiheit",
    "/datensaetze/gibt-es-nicht",
    "/api/v1/docs",
)
MOST_BYTES = 300_000
MIDDLE = Place(name="Rathaus", longitude=8.534, latitude=52.0155)
"""Where the map writes the name of the city."""


@pytest.fixture
def shown(transactional_db: None) -> None:
    """A town with something to show; nothing kept from other tests."""
    live.forget()
    counting.forget()
    town.build()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_in_both_languages_and_colours_at_any_width(
    shown: None, visit: Visit, language: str
) -> None:
    looks = looks_in(language)
    assert find_faults_on(visit("/robots.txt", looks[0]), PAGES, looks) == {}


def test_a_reader_finds_a_dataset_and_its_table_without_scripts(shown: None, visit: Visit) -> None:
    page = visit("/", Look(language="de", javascript=False))
    page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link", name="Daten", exact=True).click()
    page.get_by_label("Was suchen Sie?").fill("Temperaturen")
    page.get_by_role("button", name="Suchen").click()
    page.get_by_role("link", name="Luft am Markt 1").click()
    page.get_by_label("Zeitraum", exact=True).select_option("all")
    page.get_by_role("button", name="Anzeigen").click()
    page.get_by_text("Die Werte als Tabelle").click()
    assert page.get_by_role("cell", name="10,05").first.is_visible()
    assert page.locator(".owl-chart").is_hidden()


def test_chart_and_map_appear_with_scripts_and_the_map_is_reached_by_keyboard(shown: None, visit: Visit) -> None:
    page = visit(DATASET)
    page.wait_for_selector(".owl-chart[data-ready] canvas")
    page.wait_for_selector(".owl-map[data-ready] .owl-pin")
    page.locator(".owl-pin").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup").inner_text().startswith("Mast air-1")


def beside_the_air() -> None:
    """One more sensor where the air is measured; the bicycles' place is made coarse and lies near."""
    noise = city.own("noise-1")
    city.record(noise, {0.0: 41.0})
    city.dataset("laerm-1", [noise], {"visibility": "public"})


def test_what_stands_at_one_place_is_one_pin_with_its_number_and_tells_all(shown: None, visit: Visit) -> None:
    beside_the_air()
    page = visit("/")
    page.wait_for_selector(".owl-map[data-ready] .owl-pin")
    pin = page.locator(".owl-pin")
    assert pin.count() == 1
    assert pin.inner_text().split()[0] == "3"
    pin.focus()
    page.keyboard.press("Enter")
    told = page.locator(".leaflet-popup").inner_text()
    assert "Mast air-1" in told
    assert "Mast bikes-1" in told
    assert find_faults(page) == []


LAID = """async () => {
    await document.fonts.ready;
    const box = (one) => one.getBoundingClientRect();
    const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const frame = box(document.querySelector(".owl-map"));
    const names = [...document.querySelectorAll(".owl-label")]
        .filter((one) => one.style.opacity !== "0" && over(box(one), frame));
    const others = [...names, ...document.querySelectorAll(".owl-pin, .owl-map .leaflet-control")];
    if (!names.some((one) => one.innerText === "Bielefeld")) return ["The city has no name"];
    return names.flatMap((one) => others.filter((other) => other !== one && over(box(one), box(other)))
        .map((other) => `${one.innerText} and ${other.innerText}`));
}"""
CLOSER = """() => new Promise((done) => {
    const { map } = document.querySelector(".owl-map").owlMap;
    map.once("zoomend", done);
    map.zoomIn();
})"""


def test_the_names_of_cities_stay_readable_beside_pins(shown: None, visit: Visit) -> None:
    place = city.device("middle", city.stream("middle"))
    middle = sensors.register(devices=[replace(place, place=MIDDLE)], at=city.DAY)["middle"]
    city.record(middle, {0.0: 12.0})
    city.dataset("mitte", [middle], {"visibility": "public"})
    for width in (320, 1280, 1920):
        page = visit("/robots.txt", Look(width=width))
        for path in ("/", "/region/air-temperature"):
            page.goto(path)
            page.wait_for_selector(".owl-map[data-ready] .owl-label")
            assert page.evaluate(LAID) == [], (path, width)
            page.evaluate(CLOSER)
            assert page.evaluate(LAID) == [], (path, width, "closer")


def test_without_scripts_the_list_says_what_stands_together(shown: None, visit: Visit) -> None:
    beside_the_air()
    page = visit("/", Look(javascript=False))
    page.get_by_text("2 Sensoren an einem Ort").wait_for()
    assert page.get_by_role("link", name="Mast noise-1").is_visible()


def test_the_courtyard_shows_a_new_value_without_being_loaded_again(shown: None, visit: Visit) -> None:
    page = visit("/reallabor")
    page.locator("[data-age]").filter(has_text=re.compile(r"^vor \d+ Tagen$")).wait_for()
    datastream = page.locator("[data-stream]").get_attribute("data-stream")
    city.record(int(datastream or 0), {800.0: 42.5})
    value = page.locator("[data-value]").filter(has_text="42,5")
    value.wait_for(timeout=15_000)
    assert value.is_visible()


@pytest.mark.parametrize("path", ["/", DATASET, "/region/air-temperature"])
def test_a_first_visit_loads_little(shown: None, visit: Visit, path: str, gzipped: Callable[[bytes], int]) -> None:
    page = visit("/robots.txt")
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        answer = request.response()
        sizes.append(0 if answer is None else gzipped(answer.body()))

    page.on("requestfinished", weigh)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < MOST_BYTES

"""Every page of the portal says what it promises, to everybody what is public and to nobody more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.holdings import city

PAGES = (
    "portal-home",
    "portal-catalogue",
    "portal-region",
    "portal-register",
    "portal-lab",
    "portal-imprint",
    "portal-privacy",
    "portal-accessibility",
)


def text(client: Client, name: str, *arguments: str, **query: str) -> str:
    """The page's text; it must open."""
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_a_node_without_anything(client: Client, name: str, language: str) -> None:
    answer = client.get(reverse(name), headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()
    assert answer.cookies == {}


def test_home_says_what_is_measured_now_and_with_whom_it_is_shared(client: Client, made: dict[str, Any]) -> None:
    page = text(client, "portal-home")
    assert "Mast air-1" in page
    assert "15.9 °C" in page
    assert "Herford" in page
    assert "geheim" not in page.lower()


def test_the_catalogue_finds_german_words_by_their_stems(client: Client, made: dict[str, Any]) -> None:
    page = text(client, "portal-catalogue", q="Temperatur")
    assert "Air at the market 1" in page
    assert "rad-1" not in page


def test_a_facet_narrows_down_and_can_be_taken_back(client: Client, made: dict[str, Any]) -> None:
    page = text(client, "portal-catalogue", city="Herford")
    assert "Luft in Herford 1" in page
    assert "Air at the market" not in page
    assert 'aria-current="true"' in page


@pytest.mark.parametrize("query", [{"page": "0"}, {"page": "x"}, {"q": "a" * 300}])
@pytest.mark.django_db
def test_a_search_that_cannot_be_is_refused_with_the_reason(client: Client, query: dict[str, str]) -> None:
    answer = client.get(reverse("portal-catalogue"), query)
    assert answer.status_code == 400
    assert "We did not understand" in answer.content.decode()


def test_a_dataset_page_has_description_terms_table_and_source(client: Client, made: dict[str, Any]) -> None:
    page = text(client, "portal-dataset", "luft-1", range="all")
    for told in ("Air at the market 1", "umwelt@stadt.example", "Namensnennung", "enforced", "<table", "Who else gets"):
        assert told in page, told


def test_what_is_cited_was_seen_on_a_day_as_the_language_writes_it(client: Client, made: dict[str, Any]) -> None:
    day = timezone.localdate()
    for language, seen in (("de", f"abgerufen am {day:%d.%m.%Y})"), ("en", f"seen on {day.day} {day:%B %Y})")):
        page = client.get(reverse("portal-dataset", args=["luft-1"]), headers={"Accept-Language": language})
        assert seen in page.content.decode()


def test_how_often_values_come_is_said_as_people_say_it(client: Client, made: dict[str, Any]) -> None:
    page = client.get(reverse("portal-dataset", args=["luft-1"]), headers={"Accept-Language": "de"}).content.decode()
    assert "<dt>Erwartet</dt><dd>jede Minute</dd>" in page
    assert (
        "<dd>jede Stunde</dd>"
        in client.get(reverse("portal-dataset", args=["rad-1"]), headers={"Accept-Language": "de"}).content.decode()
    ), "the delay makes values late, not rare"


def test_a_copy_says_whose_it_is(client: Client, made: dict[str, Any]) -> None:
    page = text(client, "portal-dataset", "herford-luft-1~herford.example")
    assert "This is a copy" in page
    assert "Deleted 90 days after receipt" in page


def test_what_is_not_public_is_not_there(client: Client, made: dict[str, Any]) -> None:
    missing = client.get(reverse("portal-dataset", args=["there-is-none"]))
    hidden = client.get(reverse("portal-dataset", args=["geheim-1"]))
    assert missing.status_code == hidden.status_code == 404
    assert client.get(reverse("portal-chart", args=["geheim-1"])).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"range": "week"}, 200),
        ({"from": "2026-03-10", "to": "2026-03-10"}, 200),
        ({"from": "2026-03-10"}, 200),
        ({"from": "0001-01-01"}, 200),
        ({"range": "century"}, 400),
        ({"from": "yesterday"}, 400),
        ({"from": "2026-03-11", "to": "2026-03-10"}, 400),
        ({"from": "9999-12-31", "to": "9999-12-31"}, 400),
        ({"measurand": "no such thing"}, 404),
    ],
)
def test_any_range_is_shown_or_refused_with_the_reason(
    client: Client, made: dict[str, Any], query: dict[str, str], status: int
) -> None:
    for name in ("portal-dataset", "portal-chart"):
        assert client.get(reverse(name, args=["luft-1"]), query).status_code == status


def test_the_chart_holds_what_the_table_holds_and_breaks_where_values_are_missing(
    client: Client, made: dict[str, Any]
) -> None:
    city.record(made["stream"], {900.0: 20.0})
    answer = client.get(reverse("portal-chart", args=["luft-1"]), {"range": "all"}).json()
    line = answer["series"][0]
    assert line["unit"] == "°C"
    assert line["values"][0] == 10.0
    assert line["values"][-1] == 20.0
    assert line["values"][-2] is None
    assert len(line["times"]) == len(line["values"])
    assert line["times"] == sorted(line["times"])


def test_small_counts_are_told_to_nobody(client: Client, made: dict[str, Any]) -> None:
    answer = client.get(reverse("portal-chart", args=["rad-1"]), {"range": "all"}).json()
    labels = {line["label"] for line in answer["series"]}
    assert any("sum" in label for label in labels)
    assert all("max" not in label for label in labels)


def test_the_region_lays_cities_side_by_side(client: Client, made: dict[str, Any]) -> None:
    overview = text(client, "portal-region")
    assert reverse("portal-measurand", args=["air-temperature"]) in overview
    page = text(client, "portal-measurand", "air-temperature")
    for told in ("Luft in Herford 1", "Air at the market 1", "Mast air-1", "Measured in 2 cities"):
        assert told in page, told
    beside = page.split('id="abreast"')[1].split("</table>")[0]
    for told in ("Herford", "Air at the market 1", "°C", " old", "copy from another city", "public"):
        assert told in beside, told
    assert client.get(reverse("portal-measurand", args=["nothing"])).status_code == 404


def test_the_register_tells_of_every_agreement_and_its_end(client: Client, made: dict[str, Any]) -> None:
    page = text(client, "portal-register")
    for told in (
        "flood protection",
        "1201 readings",
        "withdrawn",
        "proven",
        "receives from Herford",
        made["given"].uid,
    ):
        assert told in page, told
    assert "1201 readings" not in text(client, "portal-register", kind="received")
    assert "Nothing fits" in text(client, "portal-register", city="Paris")


def test_the_courtyard_explains_each_sensor(client: Client, made: dict[str, Any]) -> None:
    page = text(client, "portal-lab")
    for told in ("How warm the air is.", "15.9", "Herford", "deleted after 90 days", 'http-equiv="refresh"'):
        assert told in page, told
    assert "http-equiv" not in text(client, "portal-lab", still="1")


def test_programs_find_what_is_public_and_nothing_else(client: Client, made: dict[str, Any]) -> None:
    robots = text(client, "portal-robots")
    assert "Disallow: /console/" in robots
    assert "Sitemap: http" in robots
    answer = client.get(reverse("portal-sitemap"))
    assert answer["Content-Type"] == "application/xml"
    assert "/datensaetze/luft-1" in answer.content.decode()
    assert "geheim" not in answer.content.decode()
    assert "herford-luft" not in answer.content.decode()

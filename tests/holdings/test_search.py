"""Finding datasets as people type: stems, umlauts, parts of compounds; facets that tell the truth."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.errors import Invalid
from apps.holdings import selectors
from tests.holdings import city
from tests.holdings.city import HOURLY, NOON, PUBLIC
from tests.keeping import Kept

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stocked(kept: Kept) -> None:
    """Four datasets and a hidden one, made once for the tests of this module."""
    with kept():
        city.dataset("guete", [city.own("guete", observed="pH")], PUBLIC, title_de="Gewässergüte am See", theme="ENVI",
                     keywords=["Wasser", "Umwelt"],
                     description_de="Messungen an mehreren Bäumen und Stegen")  # fmt: skip
        city.dataset("rad", [city.own("rad", observed="Fahrräder")], PUBLIC | HOURLY, title_de="Radverkehr",
                     title_en="Bicycle traffic", theme="TRAN", sensitivity="people")  # fmt: skip
        city.dataset("secret", [city.own("secret")], {"visibility": "internal"}, title_de="Gewässergüte geheim")
        about = {"title": {"de": "Wasserstände der Werre"}, "theme": "ENVI", "keywords": ["Hochwasser"]}
        city.replica("pegel", PUBLIC, city.stream("pegel/1", observed="Pegelstand"), about=about)


@pytest.fixture
def shelf(stocked: None, db: None) -> None:
    """Four datasets and a hidden one."""


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("Gewässergüte", ["guete"]),
        ("gewaesserguete", ["guete"]),
        ("Gewassergute", ["guete"]),
        ("Güte", ["guete"]),
        ("Baum", ["guete"]),
        ("gemessener Baum", []),
        ("verkehr", ["rad"]),
        ("bicycle", ["rad"]),
        ("Wasserstand", ["pegel~herford.example"]),
        ("hochwasser", ["pegel~herford.example"]),
        ("wasser", ["guete", "pegel~herford.example"]),
        ("Güte See", ["guete"]),
        ("geheim", []),
        ("x' OR 1=1 --", []),
        ("und", ["guete"]),
        ('"', []),
    ],
)
def test_people_find_what_they_mean(shelf: None, typed: str, keys: list[str]) -> None:
    assert [one.key for one in selectors.search(None, text=typed, at=NOON).holdings] == keys


def test_facets_count_what_each_choice_would_leave(shelf: None) -> None:
    found = selectors.search(None, theme="ENVI", at=NOON)
    assert [one.key for one in found.holdings] == ["guete", "pegel~herford.example"]
    counts = {name: {facet.value: facet.count for facet in facets} for name, facets in found.facets.items()}
    assert counts["theme"] == {"ENVI": 2, "TRAN": 1}
    assert counts["city"] == {"Bielefeld": 1, "Herford": 1}
    assert counts["format"]["sensorthings"] == 2
    assert [facet.value for facet in found.facets["theme"] if facet.chosen] == ["ENVI"]


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"city": "Herford"}, ["pegel~herford.example"]),
        ({"city": city.HERFORD}, ["pegel~herford.example"]),
        ({"format": "sensorthings", "theme": "TRAN"}, []),
        ({"measurand": "ph"}, ["guete"]),
        ({"visibility": "internal"}, []),
        ({"per_page": 1, "page": 2}, ["rad"]),
        ({"page": 9}, []),
    ],
)
def test_filters_and_pages(shelf: None, asked: dict[str, str], keys: list[str]) -> None:
    assert [one.key for one in selectors.search(None, at=NOON, **asked).holdings] == keys  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"text": "x" * 201}, {"page": 0}, {"per_page": 101}, {"text": "a\x00b"}])
def test_what_cannot_be_searched_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        selectors.search(None, at=NOON, **wrong)  # type: ignore[arg-type]
    assert refused.value.part in wrong


def test_searching_costs_the_same_however_much_there_is(shelf: None) -> None:
    counts = set()
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            selectors.search(None, text="wasser", at=NOON)
        counts.add(len(queries))
        city.dataset(f"more-{number}", [city.own(f"more-{number}")], PUBLIC, title_de="Wasser")
        city.replica(f"more-{number}", PUBLIC)
    assert len(counts) == 1

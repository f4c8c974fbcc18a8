"""What a file of another city's answer is called: by its dataset where everybody may know it, else by the question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.desk.models import Request
from apps.desk.services import titling
from tests.desk.conftest import AT
from tests.holdings.city import dataset, own

pytestmark = pytest.mark.django_db


def named(case: Request, name: str = "x.csv") -> str:
    """The title of a file from Herford."""
    return titling.from_city(case, city="Herford", name=name, at=AT)


def test_the_dataset_gives_its_title_where_everybody_may_see_it(make: Callable[..., Request]) -> None:
    dataset("open", [own("open")], {"visibility": "public"}, title_de="Pegel der Aa", title_en="Level of the Aa")
    dataset("closed", [own("closed")], {"visibility": "internal"}, title_de="Geheimer Pegel")
    assert named(make(language="de", dataset_key="open")) == "Pegel der Aa, aus Herford (x.csv)"
    assert named(make(language="en", dataset_key="open")) == "Level of the Aa, from Herford (x.csv)"
    assert "Geheim" not in named(make(language="de", dataset_key="closed"))


def test_else_what_was_asked_for_gives_it(make: Callable[..., Request]) -> None:
    assert named(make(language="en", subject="Trees")) == "Trees, from Herford (x.csv)"
    assert named(make(language="en", subject="Trees", dataset_key="gone~herford")) == "Trees, from Herford (x.csv)"


def test_it_fits_and_keeps_city_and_file(make: Callable[..., Request]) -> None:
    title = named(make(language="en", subject="T" * 200), name="level.csv")
    assert len(title) <= 200
    assert title.endswith("…, from Herford (level.csv)")

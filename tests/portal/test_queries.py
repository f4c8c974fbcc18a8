"""Public pages ask the database at most 20 times, and not once more when there is five times as much to show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.portal import counting
from tests.portal import town

MOST = 20
PAGES = (
    ("portal-home", ()),
    ("portal-catalogue", ()),
    ("portal-dataset", ("luft-1",)),
    ("portal-dataset", ("rad-1",)),
    ("portal-dataset", ("herford-luft-1~herford.example",)),
    ("portal-chart", ("luft-1",)),
    ("portal-region", ()),
    ("portal-measurand", ("air-temperature",)),
    ("portal-register", ()),
    ("portal-lab", ()),
    ("portal-lab-now", ()),
    ("portal-sitemap", ()),
)


def queries(client: Client, name: str, arguments: tuple[str, ...]) -> int:
    """How often the page asks the database."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(reverse(name, args=arguments)).status_code == 200
    return len(asked)


@pytest.mark.django_db
def test_pages_ask_seldom_and_no_more_often_for_more_data(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "EVERY_SECONDS", 1e9)  # adding up views is a write now and then, not a page's read
    town.build()
    few = {page: queries(client, *page) for page in PAGES}
    for number in range(2, 6):
        town.add(number)
    many = {page: queries(client, *page) for page in PAGES if page[0] != "portal-lab-now"}
    assert {page: count for page, count in few.items() if count > MOST} == {}
    assert {page: (few[page], count) for page, count in many.items() if count > few[page]} == {}

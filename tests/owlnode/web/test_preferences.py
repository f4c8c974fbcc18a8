"""Language and colours: kept without saying who the reader is, and never a way out of the site."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
NOWHERE = "/there-is-no-such-page"


def test_a_chosen_language_stays_and_the_page_is_kept(client: Client) -> None:
    answer = client.get("/preferences", {"language": "en", "next": f"{NOWHERE}?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{NOWHERE}?a=1")
    assert 'lang="en"' in client.get(NOWHERE, headers={"Accept-Language": "de"}).content.decode()


def test_chosen_colours_stay_until_the_system_decides_again(client: Client) -> None:
    client.get("/preferences", {"theme": "dark"})
    assert 'data-kern-theme="dark"' in client.get(NOWHERE).content.decode()
    client.get("/preferences", {"theme": "system"})
    assert "data-kern-theme" not in client.get(NOWHERE).content.decode()


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org/", "javascript:alert(1)", "http:///x"])
def test_nobody_is_sent_elsewhere(client: Client, target: str) -> None:
    assert client.get("/preferences", {"language": "de", "next": target})["Location"] == "/"


@pytest.mark.parametrize("query", [{"language": "xx"}, {"theme": "pink"}, {}])
def test_what_is_not_on_offer_changes_nothing(client: Client, query: dict[str, str]) -> None:
    assert client.get("/preferences", query).cookies == {}


def test_a_reader_who_chose_nothing_gets_no_cookie(client: Client) -> None:
    assert client.get(NOWHERE).cookies == {}

"""The frame of every page, seen on a page that does not exist."""

from __future__ import annotations

import pytest

from tests.browser.looking import LOOKS, Look, Visit, find_faults

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "/there-is-no-such-page"


def test_the_frame_is_accessible_in_both_languages_and_colours_at_any_width(visit: Visit) -> None:
    assert {str(look): faults for look in LOOKS if (faults := find_faults(visit(NOWHERE, look)))} == {}


def test_the_first_press_of_tab_leads_to_the_content(visit: Visit) -> None:
    page = visit(NOWHERE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#inhalt"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_language_and_colours_change_without_scripts_and_keep_the_page(visit: Visit) -> None:
    page = visit(f"{NOWHERE}?q=1", Look(javascript=False))
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Dark colours").click()
    assert page.locator("html").get_attribute("data-kern-theme") == "dark"
    assert page.url.endswith(f"{NOWHERE}?q=1")

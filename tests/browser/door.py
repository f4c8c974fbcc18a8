"""Somebody in front of the node's door: says in English what to press, and presses it in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page

from tests.browser.looking import Look, Visit, find_faults

ROLES: Final[tuple[Literal["button", "link"], ...]] = ("button", "link")
PASSWORD = "a-long-enough-one-4"
LOOKS = {
    "de": Look(language="de", theme="light", width=320),
    "en": Look(language="en", theme="dark", width=1920),
}


class Person:
    """One person at one device; every screen on the way is looked at, and what is wrong with it is kept."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language
        self.faults: dict[str, list[str]] = {}

    def words(self, english: str) -> str:
        """The same words as the page has them."""
        with translation.override(self.language):
            return translation.gettext(english)

    def at(self, heading: str) -> None:
        """Wait for the screen with this heading, and look at it."""
        self.page.get_by_role("heading", level=1, name=self.words(heading), exact=True).wait_for()
        self._look(heading)

    def told(self, sentence: str) -> None:
        """Wait for this sentence on the screen, and look at it."""
        self.page.get_by_text(self.words(sentence)).first.wait_for()
        self._look(sentence)

    def field(self, label: str) -> Locator:
        """The field with this label, which may go on with “– optional”."""
        return self.page.get_by_label(self.words(label))

    def press(self, words: str) -> None:
        """Press the button, or follow the link, with these words."""
        name = self.words(words)
        button, link = (self.page.get_by_role(role, name=name, exact=True) for role in ROLES)
        button.or_(link).first.click()

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """At the door: name, password, and Enter; comes back when the next screen is there."""
        self.page.goto("/console/account/login/")
        self.field("Username").fill(name)
        self.field("Password").fill(password)
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")

    def sign_out(self) -> None:
        """By the page that asks once more."""
        self.page.goto("/console/account/logout/")
        self.page.locator("main").get_by_role("button", name=self.words("Sign out"), exact=True).click()
        self.at("Sign in")

    def _look(self, screen: str) -> None:
        self.faults[f"{screen} ({self.language})"] = find_faults(self.page)


Arrive = Callable[[str], Person]


@pytest.fixture
def arrive(visit: Visit) -> Iterator[Arrive]:
    """``arrive("de")``: a person with a fresh browser; fails at the end when a screen on the way was not in order."""
    people: list[Person] = []

    def come(language: str) -> Person:
        people.append(Person(visit("/console/", LOOKS[language]), language))
        return people[-1]

    yield come
    found = {screen: faults for person in people for screen, faults in person.faults.items() if faults}
    assert found == {}

"""How people get into a node with a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def sign_in(page: Page, name: str, password: str) -> None:
    """Through the console's door, in German, as a colleague does; afterwards the page shows what waits today."""
    page.goto("/console/")
    page.get_by_label("Benutzername").fill(name)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_role("heading", name="Heute", exact=True).wait_for()

"""Who stands at a node's door, and how they wait there for what another city does."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page

Enter = Callable[..., Page]


def shows(page: Page, text: str) -> bool:
    """Whether the page, loaded again, shows this text anywhere."""
    page.reload()
    return page.get_by_text(text).first.is_visible()


def press(button: Locator) -> None:
    """Press a form's button and wait for the page that answers; else the next step might still meet this one."""
    with button.page.expect_navigation():
        button.click()

"""Who stands at a node's door, and how they wait there for what another city does."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Enter = Callable[..., Page]


def shows(page: Page, text: str) -> bool:
    """Whether the page, loaded again, shows this text anywhere."""
    page.reload()
    return page.get_by_text(text).first.is_visible()

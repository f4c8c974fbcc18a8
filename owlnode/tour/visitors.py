"""People who look at a region: each with a window of their own, all of the same size, in German and light colours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from owlnode.region.engine import Engine
from owlnode.tour.camera import WIDTH
from owlnode.tour.door import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE_MS: Final = 120_000
"""Three cities on one machine, and a browser beside them: slow is no reason to give up."""


class Visitors:
    """Opens a window for whoever comes, and signs in whoever works there; each comes once and stays."""

    def __init__(self, engine: Engine, browser: Browser) -> None:
        self.engine = engine
        self.browser = browser
        self._windows: dict[tuple[str, str], Page] = {}

    def page(self, city: str, role: str = "") -> Page:
        """The window of a citizen (no role) or of the person with a role of this city."""
        if (city, role) not in self._windows:
            self._windows[city, role] = self._open(city, role)
        return self._windows[city, role]

    def _open(self, city: str, role: str) -> Page:
        context = self.browser.new_context(
            base_url=self.engine.nodes[city].url,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            color_scheme="light",
            reduced_motion="reduce",
            viewport={"width": WIDTH, "height": 900},
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        if role:
            known = json.loads((self.engine.home.path / "credentials.json").read_text(encoding="utf-8"))
            sign_in(page, role, known[city]["accounts"][role])
        return page

"""Windows of the browser, each as fresh as somebody else's computer, that notice what pages do wrong by themselves."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.looking import HEIGHT, Look


class Windows:
    """Opens windows and remembers what asked for anything outside its node, threw, or broke the security policy."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.faults: list[str] = []
        self.neighbours: list[str] = []
        """Beginnings of addresses that are not the node's, and to which a test leads nevertheless."""
        self._contexts: list[BrowserContext] = []

    def open(self, root: str, look: Look | None = None) -> Page:
        """An empty page in a window of its own, for the node at ``root``: nobody is signed in."""
        look = look or Look()
        context = self.browser.new_context(
            base_url=root,
            locale="de-DE" if look.language == "de" else "en-GB",
            color_scheme="dark" if look.theme == "dark" else "light",
            viewport={"width": look.width, "height": HEIGHT},
            java_script_enabled=look.javascript,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self._inside(request.url, root))
        page.on("console", self._quiet)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def close(self) -> list[str]:
        """Close all windows; what was wrong, one sentence a fault. An answer of 4xx alone is none."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        return [fault for fault in self.faults if "status of 4" not in fault]

    def _inside(self, address: str, root: str) -> None:
        if not address.startswith((root, *self.neighbours, "data:", "blob:", "about:")):
            self.faults.append(f"asked for {address}")

    def _quiet(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

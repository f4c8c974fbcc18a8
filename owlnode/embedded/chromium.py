"""Debian's Chromium without a window, driven by Playwright: for tests in a browser and for the pictures of the tour."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from owlnode.embedded import debian

if TYPE_CHECKING:
    # Only the development set-up has it; whoever calls ``launch`` brings it along.
    from playwright.sync_api import Browser, Playwright

QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright, *, language: str = "en-GB") -> Browser | None:
    """A running Chromium that talks to nobody by itself; None where the program is not installed.

    ``language`` is that of its own words, such as in fields for dates; pages have that of their context.
    """
    program = debian.find(debian.BROWSER)
    if program is None:
        return None
    arguments = [*QUIET, f"--lang={language}"]
    env: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": language}
    return playwright.chromium.launch(executable_path=program, args=arguments, env=env)

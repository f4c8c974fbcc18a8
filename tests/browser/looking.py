"""Words for looking at pages: in which language and colours, how wide, with or without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page

AXE: Final = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
TALLEST_BUTTON: Final = 180
"""In pixels: four lines of words, on the narrowest window."""
STANDARD: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to look at a page; ``theme`` is what the reader's system prefers."""

    language: str = "de"
    theme: str = "light"
    width: int = 1280
    javascript: bool = True

    def __str__(self) -> str:
        return f"{self.language}, {self.theme}, {self.width} px{'' if self.javascript else ', no scripts'}"


LOOKS: Final = (
    Look(language="de", theme="light", width=320),
    Look(language="en", theme="dark", width=320),
    Look(language="de", theme="dark", width=1280),
    Look(language="en", theme="light", width=1920),
)
"""Both languages, both colours, narrow to wide; every pair of language and colours meets once."""
LANGUAGES: Final = ("de", "en")
HEIGHT: Final = 900
DRAWN: Final = ".owl-chart, .owl-map"
"""What scripts draw in the colours and the width that they find."""


def looks_in(language: str) -> list[Look]:
    """The looks at a page in this language."""
    return [look for look in LOOKS if look.language == language]


Visit = Callable[..., Page]


def axe(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA on the page as it stands, one sentence a finding; [] is good."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Only what is wrong comes back: the list of everything that is right takes longer than the looking.
    found: list[dict[str, Any]] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(all => all.violations)", STANDARD
    )
    return [
        f"{finding['id']}: {finding['help']} – {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for finding in found
        for node in finding["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window (WCAG 1.4.10, reflow); 0 is good."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def crushed(page: Page) -> list[str]:
    """The words of buttons so narrow that they stand letter below letter; [] is good."""
    tall = "(all, most) => all.filter(one => one.offsetHeight > most).map(one => one.innerText)"
    found: list[str] = page.eval_on_selector_all(".kern-btn", tall, TALLEST_BUTTON)
    return found


def find_faults(page: Page) -> list[str]:
    """Findings of axe, a page wider than the window, buttons that nobody can read; [] is good."""
    wide = overflow(page)
    found = axe(page) + ([f"the page is {wide} px wider than the window"] if wide > 0 else [])
    return found + [f"the button {words!r} is too narrow for its words" for words in crushed(page)]


def find_faults_on(page: Page, paths: Sequence[str], looks: Sequence[Look]) -> dict[str, list[str]]:
    """``{"path, look": findings}`` of those with any, each path opened in turn and looked at in every look; {} is good.

    The looks share the language that the page was opened in: colours and width change under a page that stays, as for a
    reader whose evening comes or who turns the telephone. What draws by scripts loads itself again for other colours.
    """
    found = {}
    for path in paths:
        for number, look in enumerate(looks):
            anew = number == 0 or page.locator(DRAWN).count() > 0
            if anew:
                page.goto("about:blank")
            page.set_viewport_size({"width": look.width, "height": HEIGHT})
            page.emulate_media(color_scheme="dark" if look.theme == "dark" else "light")
            if anew:
                page.goto(path)
                page.wait_for_load_state("networkidle")
            found[f"{path}, {look}"] = find_faults(page)
    return {name: faults for name, faults in found.items() if faults}

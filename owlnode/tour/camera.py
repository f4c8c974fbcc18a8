"""Takes pictures of pages: as wide as the window, cut to a height, in few colours, so that they stay small."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH: Final = 1280
MOST_BYTES: Final = 150_000
PALETTES: Final = (256, 128, 64, 32, 16)
MARGIN: Final = 24


class Camera:
    """Writes ``<name>.png`` into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken: list[str] = []

    def take(self, page: Page, name: str, *, height: int = 900, top: str = "") -> Path:
        """A picture of the page from its top, or from just above the first element that ``top`` selects."""
        page.evaluate("document.fonts.ready.then(() => null)")
        start = 0.0
        if top:
            start = float(page.locator(top).first.evaluate("e => e.getBoundingClientRect().top + window.scrollY"))
        whole = float(page.evaluate("document.documentElement.scrollHeight"))
        begin = max(0.0, min(start - MARGIN, whole - height))
        shot = page.screenshot(
            full_page=True,
            animations="disabled",
            clip={"x": 0, "y": begin, "width": WIDTH, "height": min(float(height), whole - begin)},
        )
        path = self.folder / f"{name}.png"
        path.write_bytes(small(shot))
        self.taken.append(name)
        return path


def small(shot: bytes) -> bytes:
    """The picture as PNG with a palette, in as many colours as fit into the most bytes."""
    with Image.open(io.BytesIO(shot)) as opened:
        picture = opened.convert("RGB")
    data = b""
    for colours in PALETTES:
        target = io.BytesIO()
        # Most coverage keeps a small spot of a colour of its own, such as the owl's beak; means keep large ones true.
        few = picture.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
        few.save(target, "PNG", optimize=True)
        data = target.getvalue()
        if len(data) <= MOST_BYTES:
            break
    return data

"""Our style sheets mean what they say: a misspelt property of our own would silently be none."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SHEETS = [path for folder in ("apps", "owlnode") for path in sorted((ROOT / folder).rglob("static/**/*.css"))]


def test_every_property_of_our_own_that_is_used_is_defined() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in SHEETS}
    defined = {name for text in texts.values() for name in re.findall(r"(--owl-[\w-]+)\s*:", text)}
    used = {(sheet, name) for sheet, text in texts.items() for name in re.findall(r"var\((--owl-[\w-]+)", text)}
    assert used
    assert {(sheet, name) for sheet, name in used if name not in defined} == set()

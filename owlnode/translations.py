"""Translations without system tools: extract, check, compile – German in ``locale/de``, English in the code.

``python -m owlnode.translations update`` brings the catalogue up to date, ``compile`` writes the binary next to it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    name: spec
    for spec, names in (
        (None, ("_", "gettext", "gettext_lazy", "gettext_noop")),
        ((1, 2), ("ngettext", "ngettext_lazy")),
        (((1, "c"), 2), ("pgettext", "pgettext_lazy")),
    )
    for name in names
}


def sources() -> Iterator[tuple[str, bytes]]:
    """Every Python module and template of the project, templates turned into what looks like Python."""
    for folder in ("apps", "owlnode"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_bytes()
        for path in sorted((ROOT / folder).rglob("templates/**/*.*")):
            text = templatize(path.read_text(encoding="utf-8"))
            # What is left of the markup is indented at will, which a reader of Python takes for an error.
            yield str(path.relative_to(ROOT)), "\n".join(line.strip() for line in text.splitlines()).encode()


def extracted() -> Catalog:
    """All texts that the code wants translated."""
    catalogue = Catalog(locale="de", project="owlnode", charset="utf-8", fuzzy=False)
    for name, content in sources():
        for line, message, comments, context in extract("python", io.BytesIO(content), keywords=KEYWORDS):
            catalogue.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return catalogue


def stored() -> Catalog:
    """The catalogue as it lies in the project."""
    if not CATALOGUE.exists():
        return Catalog(locale="de", charset="utf-8", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="de")


def missing() -> list[str]:
    """Texts without a finished German translation, as they stand in the code."""
    translated = stored()
    lacking = []
    for message in extracted():
        known = translated.get(message.id, message.context) if message.id else message
        if message.id and (known is None or not known.string or known.fuzzy or not all(_strings(known.string))):
            lacking.append(str(message.id))
    return lacking


def update() -> None:
    """Write new texts into the catalogue and drop those that are gone; translations stay."""
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, no_location=True, omit_header=False, sort_output=True, width=0)


def compile_if_stale() -> None:
    """Write ``django.mo`` where it is missing or older than the catalogue."""
    target = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.exists() or (target.exists() and target.stat().st_mtime >= CATALOGUE.stat().st_mtime):
        return
    with target.open("wb") as file:
        write_mo(file, stored())


def _strings(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


if __name__ == "__main__":
    {"update": update, "compile": compile_if_stale}[sys.argv[1]]()

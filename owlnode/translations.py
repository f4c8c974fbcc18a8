"""Translations without system tools: extract, check, compile – German in catalogues, English in the code.

An app with a ``locale`` folder keeps its own catalogue; what the others say stands in the project's ``locale/de``.
``python -m owlnode.translations update`` brings the catalogue up to date, ``compile`` writes the binary next to it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
INSIDE = Path("de", "LC_MESSAGES", "django.po")
CATALOGUE = ROOT / "locale" / INSIDE
STILL = datetime(2026, 11, 25, tzinfo=UTC)
KEYWORDS = {
    name: spec
    for spec, names in (
        (None, ("_", "gettext", "gettext_lazy", "gettext_noop")),
        ((1, 2), ("ngettext", "ngettext_lazy")),
        (((1, "c"), 2), ("pgettext", "pgettext_lazy")),
    )
    for name in names
}


def catalogues() -> dict[str, Path]:
    """The catalogue files by the folder whose texts they hold; ``""`` is the project's own, for all the rest."""
    folders = [path for root in ("apps", "owlnode") for path in sorted((ROOT / root).glob("*/locale"))]
    own = {str(path.parent.relative_to(ROOT)): path / INSIDE for path in folders}
    return {"": CATALOGUE, **own}


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


def extracted() -> dict[str, Catalog]:
    """All texts that the code wants translated, by the folder of their catalogue."""
    found = {folder: Catalog(locale="de", project="owlnode", charset="utf-8", fuzzy=False) for folder in catalogues()}
    for name, content in sources():
        folder = next((one for one in found if one and name.startswith(f"{one}/")), "")
        for line, message, comments, context in extract("python", io.BytesIO(content), keywords=KEYWORDS):
            found[folder].add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def stored(path: Path) -> Catalog:
    """The catalogue as it lies in the project."""
    if not path.exists():
        return Catalog(locale="de", project="owlnode", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="de")


def missing() -> list[str]:
    """Texts without a finished German translation, as they stand in the code."""
    files = catalogues()
    return [text for folder, wanted in extracted().items() for text in _lacking(wanted, stored(files[folder]))]


def _lacking(wanted: Catalog, translated: Catalog) -> Iterator[str]:
    for message in wanted:
        known = translated.get(message.id, message.context) if message.id else message
        if message.id and (known is None or not known.string or known.fuzzy or not all(_strings(known.string))):
            yield str(message.id)


def contradictions() -> dict[str, set[str]]:
    """Texts with more than one German wording, by the text and its context.

    For who reads, catalogues are one: Django asks the project's own first and then the apps', whoever said it. What
    means two things needs a context (``pgettext``), what means one thing one word. Of plurals the singular is compared.
    """
    found: dict[str, set[str]] = {}
    for path in catalogues().values():
        for message in stored(path):
            if message.id and message.string:
                key = " | ".join(part for part in (message.context, _strings(message.id)[0]) if part)
                found.setdefault(key, set()).add(_strings(message.string)[0])
    return {text: words for text, words in found.items() if len(words) > 1}


def update() -> None:
    """Write new texts into the catalogues and drop those that are gone; translations stay."""
    files = catalogues()
    for folder, wanted in extracted().items():
        catalogue = stored(files[folder])
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.creation_date = STILL  # a date that moves makes differences where nothing was said
        files[folder].parent.mkdir(parents=True, exist_ok=True)
        with files[folder].open("wb") as file:
            write_po(file, catalogue, no_location=True, omit_header=False, sort_output=True, width=0)


def compile_if_stale() -> None:
    """Write each ``django.mo`` that is missing or older than its catalogue."""
    for path in catalogues().values():
        target = path.with_suffix(".mo")
        if not path.exists() or (target.exists() and target.stat().st_mtime >= path.stat().st_mtime):
            continue
        with target.open("wb") as file:
            write_mo(file, stored(path))


def _strings(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


if __name__ == "__main__":
    {"update": update, "compile": compile_if_stale}[sys.argv[1]]()

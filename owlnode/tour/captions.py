"""The words of the tour, as they stand in ``captions.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).with_name("captions.toml")


@dataclass(frozen=True, slots=True)
class Words:
    """The same in German and in English."""

    de: str
    en: str


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands beside one picture: ``name`` is the picture's file without its ending."""

    name: str
    title: Words
    text: Words


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some pictures in a row."""

    title: Words
    captions: tuple[Caption, ...]


@dataclass(frozen=True, slots=True)
class Tour:
    """The whole document."""

    title: Words
    opening: Words
    chapters: tuple[Chapter, ...]

    @property
    def names(self) -> list[str]:
        """All pictures in the order of the document."""
        return [caption.name for chapter in self.chapters for caption in chapter.captions]


def load() -> Tour:
    """The tour as it is written down."""
    with SOURCE.open("rb") as file:
        known = tomllib.load(file)
    chapters = tuple(
        Chapter(
            _words(chapter, "title"),
            tuple(Caption(one["name"], _words(one, "title"), _words(one, "text")) for one in chapter["picture"]),
        )
        for chapter in known["chapter"]
    )
    return Tour(_words(known, "title"), _words(known, "opening"), chapters)


def _words(table: dict[str, Any], key: str) -> Words:
    """Line breaks in the file are there to be read, not to be printed."""
    return Words(*(" ".join(str(table[f"{key}_{language}"]).split()) for language in ("de", "en")))

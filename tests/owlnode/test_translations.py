"""One word of the code can mean two things in German; the catalogue of the part that says it decides."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from django.db.models import TextChoices
from django.utils import translation

from apps.desk import states
from apps.desk.types import words
from owlnode import translations

CHOICES = [
    one
    for module in (states, words)
    for _name, one in inspect.getmembers(module, inspect.isclass)
    if issubclass(one, TextChoices) and one is not TextChoices
]


@pytest.mark.parametrize("choices", CHOICES, ids=lambda one: one.__name__)
def test_the_desk_says_its_states_in_its_own_words(choices: type[TextChoices]) -> None:
    catalogue = translations.stored(translations.catalogues()["apps/desk"])
    known: dict[str, set[str]] = {}
    for message in catalogue:
        known.setdefault(str(message.id), set()).add(str(message.string))
    for label in choices.labels:
        with translation.override("de"):
            german = str(label)
        with translation.override("en"):
            english = str(label)
        assert german in known[english], english


def test_nothing_has_two_german_wordings() -> None:
    assert translations.contradictions() == {}


def test_two_wordings_are_found_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"": tmp_path / "one.po", "apps/two": tmp_path / "two.po"}
    said = (
        'msgid "from"\nmsgstr "ab"\n',
        'msgid "from"\nmsgstr "von"\n\nmsgctxt "author"\nmsgid "from"\nmsgstr "durch"\n',
    )
    for path, text in zip(files.values(), said, strict=True):
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(translations, "catalogues", lambda: files)
    assert translations.contradictions() == {"from": {"ab", "von"}}

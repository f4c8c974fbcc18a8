"""Every kind, key and closed word of the ledger has German and English words; what nobody knows stays as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from django.utils import translation
from pydantic import BaseModel

from apps.console.words import ledger
from apps.ledger.types import Kind
from apps.ledger.types.payloads import SCHEMAS

APPS = Path(ledger.__file__).resolve().parent.parent.parent
WRITTEN = {
    "change": ("peers/services", r'(?:record|_record)\([^\n]*?, "([a-z-]+)"'),
    "act": ("desk/services", r'recording\.record\(\w+, "([a-z-]+)"'),
    "alarm": (".", r'"alarm": "([a-z-]+)"'),
    "kind": ("consumer/services", r'(?:"kind": |kind=)"([a-z-]+)"'),
}
"""Where words of a closed list are written: ``{key: (folder, how)}``."""


def keys(model: type[BaseModel]) -> set[str]:
    """All keys that may stand in a payload, those of its parts included."""
    found = set(model.model_fields)
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            found |= keys(part)
    return found


def _parts(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for inner in get_args(annotation) for part in _parts(inner)]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_words_in_both_languages(kind: Kind) -> None:
    with translation.override("en"):
        english = str(kind.label)
    with translation.override("de"):
        german = str(kind.label)
    assert english
    assert english != kind.value or kind is Kind.ALARM
    assert german != english or kind is Kind.ALARM


def test_every_key_of_every_payload_has_words_and_no_other_key_has() -> None:
    known = {key for schema in SCHEMAS.values() for key in keys(schema)}
    assert {"as_of", "next_cursor", "rows", "commitment"} <= known
    assert set(ledger.KEYS) == known
    assert all(ledger.payload_key(key) for key in known)


def test_an_unknown_key_has_none() -> None:
    assert ledger.payload_key("something_new") == ""


@pytest.mark.parametrize("key", list(WRITTEN))
def test_every_word_that_is_written_has_words(key: str) -> None:
    folder, how = WRITTEN[key]
    texts = (path.read_text(encoding="utf-8") for path in (APPS / folder).rglob("*.py"))
    written = {word for text in texts for word in re.findall(how, text)}
    assert written, "the place where they are written has moved"
    assert {word for word in written if not ledger.payload_word(word, key)} == set()


def test_a_truth_is_said_and_a_digest_is_not() -> None:
    with translation.override("de"):
        assert ledger.payload_word(value=True, name="standing") == "ja"
        assert ledger.payload_word("provider", "role") == "diese Stadt gibt ab"
        assert ledger.payload_word("flood-protection", "purpose") != "flood-protection"
    assert ledger.payload_word("sha-256:00", "digest") == ""
    assert ledger.payload_word(7, "rows") == ""

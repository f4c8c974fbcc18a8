"""Purposes in words: known ones in both languages, free ones as they are."""

from __future__ import annotations

import pytest

from apps.policies import sentences
from apps.policies.purposes import WORDS, words
from apps.policies.terms import Terms


@pytest.mark.parametrize("purpose", WORDS)
def test_every_known_purpose_has_words_in_both_languages(purpose: str) -> None:
    assert words(purpose, "de")
    assert words(purpose, "en")
    assert "-" not in words(purpose, "en")


def test_a_free_word_is_read_as_it_is() -> None:
    assert words("winter-service", "de") == "winter service"


def test_terms_say_their_purposes_in_words() -> None:
    terms = Terms(visibility="peers", purposes=("flood-protection", "winter-service"))
    german = " ".join(one.text for one in sentences.render(terms, "de"))
    english = " ".join(one.text for one in sentences.render(terms, "en"))
    assert "Nur zum Zweck: Hochwasserschutz, winter service." in german
    assert "Only for: flood protection, winter service." in english

"""One word of the code can mean two things in German; the catalogue of the part that says it decides."""

from __future__ import annotations

import inspect

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

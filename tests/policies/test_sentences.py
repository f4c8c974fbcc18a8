"""Sentences: every clause that says something is said, in both languages, with its strength."""

from __future__ import annotations

import pytest
from hypothesis import given

from apps.policies import sentences, templates
from apps.policies.terms import Terms
from tests.policies.strategies import terms


@given(terms())
def test_every_clause_is_said_in_both_languages(given_terms: Terms) -> None:
    german, english = (sentences.render(given_terms, language) for language in ("de", "en"))
    assert [item.clause for item in german] == [item.clause for item in english]
    assert set(given_terms.to_mapping()) - {"statistics"} <= {item.clause for item in german}
    assert all(item.text.endswith(".") and item.mark("de") for item in german)


def test_a_clerk_can_read_it() -> None:
    texts = [f"{item.text} [{item.mark('de')}]" for item in sentences.render(templates.people(), "de")]
    assert texts == [
        "Für Partnerstädte mit Vereinbarung. [technisch durchgesetzt]",
        "Zusammengefasst zu Stunden: Anzahl der Messwerte, Summe. [technisch durchgesetzt]",
        "Frühestens 1 Stunde später. [technisch durchgesetzt]",
        "Orte auf ein Raster von 100 m vergröbert. [technisch durchgesetzt]",
        "Kleine Anzahlen von 1 bis 2 werden unterdrückt; null bleibt null. [technisch durchgesetzt]",
        "Für jeden Zweck. [erklärt]",
        "Wird 90 Tage nach Empfang gelöscht. [nachgewiesen]",
        "Darf nicht weitergegeben werden. [nachgewiesen]",
    ]


def test_another_language_is_refused() -> None:
    with pytest.raises(KeyError):
        sentences.render(Terms(), "fr")

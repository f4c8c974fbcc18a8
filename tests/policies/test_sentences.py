"""Sentences: every clause that says something is said, in both languages, with its strength."""

from __future__ import annotations

from datetime import timedelta

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


@pytest.mark.parametrize(
    ("seconds", "german", "english"),
    [
        (1, "jede Sekunde", "every second"),
        (90, "alle 90 Sekunden", "every 90 seconds"),
        (60, "jede Minute", "every minute"),
        (900, "alle 15 Minuten", "every 15 minutes"),
        (3_600, "jede Stunde", "every hour"),
        (5_400, "alle 90 Minuten", "every 90 minutes"),
        (86_400, "jeden Tag", "every day"),
        (7 * 86_400, "jede Woche", "every week"),
        (14 * 86_400, "alle 14 Tage", "every 14 days"),
        (0, "", ""),
    ],
)
def test_an_interval_is_said_as_people_say_it(seconds: int, german: str, english: str) -> None:
    assert sentences.every(timedelta(seconds=seconds)) == (german, english)


def test_another_language_is_refused() -> None:
    with pytest.raises(KeyError):
        sentences.render(Terms(), "fr")

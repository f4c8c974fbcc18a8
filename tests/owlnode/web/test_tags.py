"""Small words of templates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from owlnode.web.templatetags import web


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        (1234.5, "1234,5", "1234.5"),
        (12_345, "12.345", "12,345"),
        (0.126, "0,13", "0.13"),
        (7.0, "7", "7"),
        (-0.001, "0", "0"),
        (100, "100", "100"),
        (None, "–", "–"),
    ],
)
def test_figures_are_written_as_the_language_does(value: float | None, german: str, english: str) -> None:
    with translation.override("de"):
        assert web.figure(value) == german
    with translation.override("en"):
        assert web.figure(value) == english


def test_a_moment_is_local_and_machines_read_it_too() -> None:
    with translation.override("de"):
        text = web.moment(datetime(2026, 7, 1, 10, 0, tzinfo=UTC))
    assert text == '<time datetime="2026-07-01T10:00:00+00:00">01.07.2026 12:00</time>'


def test_an_age_is_one_unit_and_empty_for_what_lies_ahead() -> None:
    with translation.override("en"):
        assert web.age(timezone.now() - timedelta(hours=2, minutes=5)) == "2 hours"
    assert web.age(timezone.now() + timedelta(hours=1)) == ""
    assert web.age(None) == ""


def test_an_interval_is_said_in_the_readers_language() -> None:
    with translation.override("de"):
        assert (web.every(3_600), web.every(timedelta(minutes=15)), web.every(None)) == (
            "jede Stunde",
            "alle 15 Minuten",
            "–",
        )
    with translation.override("en"):
        assert web.every(3_600) == "every hour"


def test_a_plain_number_has_no_unit() -> None:
    written = Template("{% load web %}{% for one in units %}[{{ one|unit }}]{% endfor %}")
    assert written.render(Context({"units": ["1", "°C", ""]})) == "[][°C][]"

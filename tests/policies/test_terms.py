"""Terms: read back what was written, refuse what is not understood, and say which part and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policies import durations, templates
from apps.policies import terms as language
from apps.policies.errors import ContradictoryTerms, PolicyError, UnknownTerm
from apps.policies.terms import Terms
from tests.policies.strategies import terms


@given(terms())
def test_what_was_written_is_read_back(given_terms: Terms) -> None:
    assert language.parse(given_terms.to_mapping()) == given_terms
    assert language.parse(given_terms.to_mapping()).digest() == given_terms.digest()


@pytest.mark.parametrize(
    ("mapping", "part"),
    [
        ({"visibilty": "public"}, "visibilty"),
        ({"visibility": "everyone"}, "visibility"),
        ({"resolution": "PT5M", "statistics": ["mean"]}, "resolution"),
        ({"resolution": "PT1H", "statistics": ["median"]}, "statistics"),
        ({"resolution": "PT1H", "statistics": "mean"}, "statistics"),
        ({"delay": "1 hour"}, "delay"),
        ({"delay": 3600}, "delay"),
        ({"window": "PT0S"}, "window"),
        ({"retention": "P1M"}, "retention"),
        ({"grid_m": True}, "grid_m"),
        ({"grid_m": "100"}, "grid_m"),
        ({"suppress_below": 1}, "suppress_below"),
        ({"purposes": ["Flood Protection"]}, "purposes"),
        ({"expires_at": "2027-01-01T00:00:00"}, "expires_at"),
        ({"onward": "everyone"}, "onward"),
    ],
)
def test_what_is_not_understood_fails_closed_and_is_named(mapping: dict[str, Any], part: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        language.parse(mapping)
    assert caught.value.part == part
    assert caught.value.remedy


@pytest.mark.parametrize(
    "mapping",
    [
        {"statistics": ["mean"]},
        {"resolution": "PT1H"},
        {"onward": "peers", "retention": "P90D"},
    ],
)
def test_contradictions_are_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(ContradictoryTerms):
        language.parse(mapping)


@given(
    st.dictionaries(
        st.sampled_from(sorted(language.READERS)), st.none() | st.text() | st.integers() | st.lists(st.text())
    )
)
def test_any_json_is_read_or_refused_never_crashes(mapping: dict[str, Any]) -> None:
    try:
        outcome: Terms | str = language.parse(mapping)
    except PolicyError as error:
        outcome = error.part
    assert outcome


@given(terms(), st.text(min_size=1).filter(lambda name: name not in language.READERS), st.text())
def test_one_unknown_clause_spoils_the_best_terms(given_terms: Terms, name: str, value: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        language.parse(given_terms.to_mapping() | {name: value})
    assert caught.value.part == name


def test_the_earlier_limit_ends_an_agreement() -> None:
    signed = datetime(2026, 3, 1, tzinfo=UTC)
    both = Terms(valid_for=timedelta(days=10), expires_at=datetime(2026, 3, 5, tzinfo=UTC))
    assert both.expiry(signed) == datetime(2026, 3, 5, tzinfo=UTC)
    assert Terms(valid_for=timedelta(days=1)).expiry(signed) == datetime(2026, 3, 2, tzinfo=UTC)
    assert Terms().expiry(signed) is None


@given(st.integers(min_value=0, max_value=10**9))
def test_durations_have_one_spelling(seconds: int) -> None:
    assert durations.parse(durations.render(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "P1Y", "PT1.5S", "-P1D", "P1DT", "1D", "P٣D"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        durations.parse(text)


@pytest.mark.parametrize("name", sorted(templates.CLASSES))
def test_every_class_has_terms_to_begin_with(name: str) -> None:
    made = templates.CLASSES[name]()
    assert language.parse(made.to_mapping()) == made

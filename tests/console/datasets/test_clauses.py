"""The form for terms: purposes are ticked or typed, and leaving a clause out says what that means."""

from __future__ import annotations

from apps.console.datasets.clauses import Clauses, initial_from
from apps.policies import terms as language

GIVEN = {"visibility": "peers", "resolution": "raw", "onward": "no"}


def test_ticked_and_typed_purposes_become_one_list() -> None:
    form = Clauses({**GIVEN, "purposes": ["planning"], "more_purposes": "bridge-inspection, planning"})
    assert form.is_valid(), form.errors
    assert form.terms.purposes == ("planning", "bridge-inspection")


def test_purposes_come_back_to_where_they_were_given() -> None:
    shown = initial_from(language.parse({"visibility": "peers", "purposes": ["planning", "bridge-inspection"]}))
    assert (shown["purposes"], shown["more_purposes"]) == (["planning"], "bridge-inspection")


def test_what_is_no_word_is_told_where_it_was_typed() -> None:
    form = Clauses({**GIVEN, "more_purposes": "Alles Mögliche"})
    assert not form.is_valid()
    assert list(form.errors) == ["more_purposes"]


def test_no_choice_is_called_none() -> None:
    fields = Clauses().fields
    left_out = {name: str(dict(fields[name].choices)[""]) for name in ("delay", "window", "valid_for", "retention")}  # type: ignore[attr-defined]
    assert set(left_out.values()) == {
        "at once",
        "all there is",
        "when it is ended",
        "no duty to delete before the end",
    }

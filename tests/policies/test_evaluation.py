"""The evaluator: says no for a reason, in both languages; coarser visibility never lets more parties in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from apps.policies import evaluation
from apps.policies.evaluation import Request
from apps.policies.terms import Terms
from tests.policies.strategies import moments, terms, words

AT = datetime(2026, 3, 1, tzinfo=UTC)
PEER = Request(recipient="did:web:herford.example", purpose="flood-protection", at=AT, signed_at=AT)


def test_internal_data_leave_for_nobody() -> None:
    decision = evaluation.evaluate(Terms(visibility="internal"), PEER)
    assert not decision.allowed
    refused = [outcome for outcome in decision.outcomes if not outcome.ok]
    assert [outcome.clause for outcome in refused] == ["visibility"]
    assert "intern" in refused[0].reason_de
    assert "internal" in refused[0].reason_en


def test_a_purpose_not_listed_is_refused() -> None:
    decision = evaluation.evaluate(Terms(visibility="peers", purposes=("traffic-planning",)), PEER)
    assert [outcome.clause for outcome in decision.outcomes if not outcome.ok] == ["purposes"]


def test_the_last_moment_is_before_the_expiry() -> None:
    minute = Terms(visibility="peers", valid_for=timedelta(seconds=60))
    assert evaluation.evaluate(minute, replace(PEER, at=AT + timedelta(seconds=59))).allowed
    assert not evaluation.evaluate(minute, replace(PEER, at=AT + timedelta(seconds=60))).allowed


@given(terms(), words, moments, moments)
def test_public_admits_whoever_peers_admits_and_internal_admits_none(
    given_terms: Terms, purpose: str, at: datetime, signed: datetime
) -> None:
    request = Request(recipient="did:web:x", purpose=purpose, at=at, signed_at=signed)
    answers = [
        evaluation.evaluate(replace(given_terms, visibility=visibility), request).allowed
        for visibility in ("internal", "peers", "public")
    ]
    assert answers == sorted(answers)
    assert answers[0] is False


@given(terms(), moments, st.integers(min_value=1, max_value=10**8))
def test_what_has_expired_stays_expired(given_terms: Terms, at: datetime, later: int) -> None:
    request = Request(recipient="did:web:x", purpose="p", at=at, signed_at=at)
    after = replace(request, at=at + timedelta(seconds=later))
    if not evaluation.evaluate(given_terms, request).allowed:
        assert not evaluation.evaluate(given_terms, after).allowed

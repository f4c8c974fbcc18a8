"""Offers and agreements: form, the one made from the other, and what may differ between them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from apps.wire.dsp import policy
from apps.wire.errors import BadMessage
from tests.wire.dsp.policies import OFFER, TARGET

MADE = policy.agreement_from(
    policy.offer_for_message(OFFER, target=TARGET),
    uid="urn:uuid:1",
    target=TARGET,
    assigner="did:web:owner.example",
    assignee="did:web:peer.example",
    timestamp="2025-01-01T00:00:00Z",
)


def test_an_agreement_says_what_its_offer_says() -> None:
    assert policy.check_agreement(MADE, "agreement") is MADE
    assert policy.differences(OFFER, MADE) == []


@pytest.mark.parametrize("key", ["permission", "prohibition", "obligation", "assigner", "profile"])
def test_an_agreement_that_says_something_else_is_told_by_its_part(key: str) -> None:
    forged = copy.deepcopy(MADE)
    forged[key] = "did:web:mallory.example" if key in ("assigner", "profile") else [{"action": "odrl:derive"}]
    assert policy.differences(OFFER, forged) == [f"http://www.w3.org/ns/odrl/2/{key}"]


def test_a_missing_prohibition_is_a_difference() -> None:
    short = {key: value for key, value in MADE.items() if key != "prohibition"}
    assert policy.differences(OFFER, short) == ["http://www.w3.org/ns/odrl/2/prohibition"]


def test_a_smuggled_timestamp_like_key_changes_no_rule() -> None:
    assert policy.differences(OFFER, {**MADE, "odrl:permission": []}) != []


def test_the_assigner_counts_only_where_the_offer_names_one() -> None:
    anonymous = {key: value for key, value in OFFER.items() if key != "assigner"}
    assert policy.differences(anonymous, MADE) == []


def test_an_offer_in_a_catalogue_has_no_target() -> None:
    assert "target" not in policy.offer_for_catalogue(MADE)
    with pytest.raises(BadMessage):
        policy.check_offer({**OFFER, "target": TARGET}, "offer")


@pytest.mark.parametrize(
    "constraint",
    [
        {"leftOperand": "odrl:count", "operator": "lteq", "rightOperand": 5},
        {"leftOperand": "odrl:count", "operator": "lteq", "rightOperand": None},
        {"leftOperand": "odrl:count", "operator": "roughly", "rightOperand": "5"},
        {"leftOperand": "odrl:count", "operator": ["lteq"], "rightOperand": "5"},
        {"leftOperand": "odrl:count", "operator": "lteq"},
        {"leftOperand": "", "operator": "lteq", "rightOperand": "5"},
        {"and": [], "or": []},
        {"and": {}},
        {"and": [{}]},
        [],
        "x",
    ],
    ids=str,
)
def test_a_constraint_of_impossible_form_is_refused(constraint: Any) -> None:
    with pytest.raises(BadMessage) as caught:
        policy.check_offer({**OFFER, "permission": [{"action": "use", "constraint": [constraint]}]}, "offer")
    assert (caught.value.part or "").startswith("offer.permission[0]")


@pytest.mark.parametrize("stamp", ["2025-01-01", "yesterday", "2025-01-01T25:00:00Z", "2025-01-01T00:00:00Zx", 5, None])
def test_a_timestamp_is_an_xsd_datetime(stamp: Any) -> None:
    with pytest.raises(BadMessage) as caught:
        policy.check_agreement({**MADE, "timestamp": stamp}, "agreement")
    assert caught.value.part == "agreement.timestamp"


def test_words_that_json_ld_would_drop_are_found() -> None:
    bare = {
        "permission": [{"action": "use", "constraint": [{"leftOperand": "dateTime"}]}],
        "prohibition": [{"action": "distribute"}],
    }
    assert policy.words_lost(bare) == ["dateTime", "distribute"]
    assert policy.words_lost(OFFER) == []


def test_eclipse_connectors_hear_the_expiry_in_their_own_words() -> None:
    told = policy.with_in_force_date(OFFER, until="2030-01-01T00:00:00Z")
    operands = [constraint["leftOperand"] for constraint in told["permission"][0]["constraint"]]
    assert operands == ["odrl:purpose", "odrl:dateTime", policy.IN_FORCE_DATE]
    assert len(OFFER["permission"][0]["constraint"]) == 2

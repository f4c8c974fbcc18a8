"""ODRL: what is rendered is read back, valid for the protocol, and anything foreign fails closed."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.policies import odrl
from apps.policies.errors import UnknownTerm
from apps.policies.terms import Terms
from tests.conformance import dsp_schemas
from tests.policies.strategies import terms

BASE: dict[str, Any] = {"uid": "urn:uuid:1", "assigner": "did:web:a"}


@given(terms())
def test_terms_survive_the_wire(given_terms: Terms) -> None:
    wire = json.loads(json.dumps(odrl.to_odrl(given_terms, **BASE)))
    assert odrl.from_odrl(wire) == given_terms
    assert odrl.from_odrl(odrl.to_odrl(given_terms, **BASE, for_eclipse=True)) == given_terms


@given(terms())
def test_the_recipient_is_kept_apart_from_the_terms(given_terms: Terms) -> None:
    policy = odrl.to_odrl(given_terms, **BASE, recipient="did:web:herford.example")
    assert odrl.from_odrl(policy) == given_terms
    assert odrl.recipient_of(policy) == "did:web:herford.example"


@given(terms())
def test_no_right_operand_is_a_number(given_terms: Terms) -> None:
    text = json.dumps(odrl.to_odrl(given_terms, **BASE))
    rules = json.loads(text)
    for rule in rules["permission"] + rules.get("obligation", []):
        for item in rule.get("constraint", []):
            right = item["rightOperand"]
            assert isinstance(right, str) or all(isinstance(entry, str) for entry in right)


CONTEXT = ["https://w3id.org/dspace/2025/1/context.jsonld"]
SIGNED: dict[str, Any] = {
    "kind": "Agreement",
    "target": "urn:t",
    "assignee": "did:web:b",
    "timestamp": "2026-03-01T00:00:00Z",
}


@settings(deadline=None, max_examples=40)
@given(terms(), st.booleans())
def test_offers_and_agreements_are_valid_inside_the_protocols_messages(
    shared_path: Path, given_terms: Terms, for_eclipse: bool
) -> None:
    pids = {"@context": CONTEXT, "consumerPid": "urn:uuid:2", "providerPid": "urn:uuid:3"}
    offer = odrl.to_odrl(given_terms, **BASE, for_eclipse=for_eclipse)
    agreement = odrl.to_odrl(given_terms, **BASE, **SIGNED, recipient="did:web:b", for_eclipse=for_eclipse)
    offered = {**pids, "@type": "ContractOfferMessage", "offer": {**offer, "target": "urn:t"}}
    agreed = {**pids, "@type": "ContractAgreementMessage", "agreement": agreement}
    shown = {
        "@context": CONTEXT,
        "@id": "urn:t",
        "@type": "Dataset",
        "hasPolicy": [offer],
        "distribution": [{"@type": "Distribution", "format": "OwlFeed-PULL", "accessService": "urn:uuid:5"}],
    }
    assert dsp_schemas.faults(offered, shared_path) == []
    assert dsp_schemas.faults(agreed, shared_path) == []
    assert dsp_schemas.faults(shown, shared_path) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("permission", 0, "action"), "odrl:sell"),
        (("permission", 0, "duty"), [{"action": "odrl:compensate"}]),
        (("permission", 0, "constraint", 0, "leftOperand"), "odrl:payAmount"),
        (("permission", 0, "constraint", 0, "operator"), "odrl:gt"),
        (("permission", 0, "constraint", 0, "rightOperand"), {"@value": "x"}),
        (("prohibition", 0, "action"), "odrl:use"),
        (("obligation", 0, "action"), "odrl:inform"),
        (("permission",), "odrl:use"),
        (("inheritFrom",), "urn:x"),
    ],
)
def test_anything_foreign_fails_closed(path: tuple[Any, ...], value: Any) -> None:
    policy = deepcopy(odrl.to_odrl(odrl.from_odrl(_EXAMPLE), **BASE))
    place: Any = policy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(UnknownTerm):
        odrl.from_odrl(policy)


@given(terms(), st.sampled_from(["permission", "obligation"]), st.text())
def test_one_unknown_constraint_spoils_the_best_policy(given_terms: Terms, place: str, operand: str) -> None:
    policy = odrl.to_odrl(given_terms, **BASE)
    strange = {"leftOperand": f"odrl:unheard-{operand}", "operator": "eq", "rightOperand": "x"}
    rules = policy.setdefault(place, [{"action": "odrl:delete", "constraint": []}])
    rules[0].setdefault("constraint", []).append(strange)
    with pytest.raises(UnknownTerm):
        odrl.from_odrl(policy)


def test_two_different_retentions_are_refused() -> None:
    twice = deepcopy(_EXAMPLE)
    twice["obligation"].append(deepcopy(twice["obligation"][0]))
    assert odrl.from_odrl(twice) == odrl.from_odrl(_EXAMPLE)
    twice["obligation"][1]["constraint"][0]["rightOperand"] = "P10D"
    with pytest.raises(UnknownTerm):
        odrl.from_odrl(twice)


def test_a_place_as_odrl_says_it_is_not_understood() -> None:
    policy = deepcopy(_EXAMPLE)
    policy["permission"][0]["constraint"][0]["leftOperand"] = "odrl:spatial"
    with pytest.raises(UnknownTerm) as caught:
        odrl.from_odrl(policy)
    assert "spatial" in caught.value.part


def test_full_iris_and_prefixes_mean_the_same() -> None:
    spelled = json.loads(json.dumps(_EXAMPLE).replace("odrl:", odrl.ODRL))
    assert odrl.from_odrl(spelled) == odrl.from_odrl(_EXAMPLE)


def test_permitting_and_prohibiting_onward_sharing_is_refused() -> None:
    both = deepcopy(_EXAMPLE)
    both["permission"].append({"action": "odrl:distribute"})
    with pytest.raises(UnknownTerm):
        odrl.from_odrl(both)


_EXAMPLE: dict[str, Any] = {
    "@id": "urn:uuid:1",
    "@type": "Offer",
    "assigner": "did:web:a",
    "permission": [
        {
            "action": "odrl:use",
            "constraint": [
                {"leftOperand": "odrl:purpose", "operator": "isAnyOf", "rightOperand": ["flood-protection"]},
                {"leftOperand": "odrl:dateTime", "operator": "lteq", "rightOperand": "2030-01-01T00:00:00Z"},
            ],
        }
    ],
    "prohibition": [{"action": "odrl:distribute"}],
    "obligation": [
        {
            "action": "odrl:delete",
            "constraint": [{"leftOperand": "odrl:elapsedTime", "operator": "lteq", "rightOperand": "P90D"}],
        }
    ],
}

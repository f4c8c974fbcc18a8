"""ODRL: what is rendered is read back, valid for the protocol, and anything foreign fails closed."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft201909Validator

from apps.policies import odrl
from apps.policies.errors import UnknownTerm
from apps.policies.terms import Terms
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


def _schema(shared: Path, name: str) -> Draft201909Validator:
    document = json.loads((shared / "conformance/dsp-schemas/negotiation/contract-schema.json").read_text())
    document.pop("allOf")
    return Draft201909Validator({**document, "$ref": f"#/definitions/{name}"})


@given(terms())
def test_offers_and_agreements_are_valid_for_the_protocol(shared_path: Path, given_terms: Terms) -> None:
    offer = odrl.to_odrl(given_terms, **BASE)
    agreement = odrl.to_odrl(
        given_terms, **BASE, kind="Agreement", target="urn:t", assignee="did:web:b", timestamp="2026-03-01T00:00:00Z"
    )
    assert list(_schema(shared_path, "Offer").iter_errors(offer)) == []
    assert list(_schema(shared_path, "Agreement").iter_errors(agreement)) == []


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

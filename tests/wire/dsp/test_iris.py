"""The normaliser: one policy in many spellings is one; two policies never become one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wire.dsp import iris
from tests.wire.dsp.policies import OFFER

FULL = {
    "@id": OFFER["@id"],
    "@type": "http://www.w3.org/ns/odrl/2/Offer",
    "http://www.w3.org/ns/odrl/2/assigner": {"@id": "did:web:owner.example"},
    "odrl:permission": {
        "odrl:action": {"@id": "http://www.w3.org/ns/odrl/2/use"},
        "odrl:constraint": [
            {"leftOperand": "dateTime", "operator": {"@id": "odrl:lteq"}, "rightOperand": "2030-01-01T00:00:00Z"},
            {
                "odrl:leftOperand": "http://www.w3.org/ns/odrl/2/purpose",
                "odrl:operator": ["isAnyOf"],
                "odrl:rightOperand": [{"@value": "planning"}, {"@value": "research", "@type": "xsd:string"}],
            },
        ],
    },
    "prohibition": {"action": "distribute"},
    "obligation": [
        {
            "action": "delete",
            "constraint": {"leftOperand": "odrl:elapsedTime", "operator": "odrl:lteq", "rightOperand": ["P90D"]},
        }
    ],
}


def test_the_same_policy_in_another_spelling_is_the_same() -> None:
    assert iris.normal(FULL) == iris.normal(OFFER)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["permission", 0, "action"], "odrl:read"),
        (["permission", 0, "constraint", 0, "operator"], "isNoneOf"),
        (["permission", 0, "constraint", 0, "rightOperand"], ["research"]),
        (["permission", 0, "constraint", 1, "leftOperand"], "odrl:spatial"),
        (["permission", 0, "constraint", 1, "rightOperand"], {"@id": "2030-01-01T00:00:00Z"}),
        (["permission", 0, "constraint", 1, "rightOperand"], "2031-01-01T00:00:00Z"),
        (["prohibition"], [{"action": "odrl:derive"}]),
        (["assigner"], "did:web:other.example"),
    ],
    ids=str,
)
def test_any_change_of_meaning_shows(path: list[Any], value: Any) -> None:
    changed = copy.deepcopy(OFFER)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert iris.normal(changed) != iris.normal(OFFER)


def test_the_order_of_a_sequence_counts_and_that_of_a_set_does_not() -> None:
    a, b = ({"leftOperand": "odrl:x", "operator": "eq", "rightOperand": text} for text in "ab")
    assert iris.normal({"and": [a, b]}) == iris.normal({"and": [b, a]})
    assert iris.normal({"andSequence": [a, b]}) != iris.normal({"andSequence": [b, a]})


def test_an_iri_is_not_taken_for_a_curie() -> None:
    assert iris.expand("http://example.org/a") == "http://example.org/a"
    assert iris.expand("odrl://x") == "odrl://x"
    assert iris.expand("urn:uuid:1") == "urn:uuid:1"


KEYS = st.sampled_from(["permission", "odrl:action", "@value", "@id", "@type", "constraint", "and", "x:y", "target"])
LEAVES = st.sampled_from(["", "a", "odrl:use", 1, True, None])
INNER = st.dictionaries(KEYS, LEAVES | st.lists(LEAVES, max_size=2), max_size=3)


@given(st.dictionaries(KEYS, LEAVES | INNER | st.lists(INNER | LEAVES, max_size=3), max_size=4))
def test_whatever_a_peer_sends_is_compared_without_failing(policy: dict[str, Any]) -> None:
    assert iris.normal(policy) == iris.normal(copy.deepcopy(policy))

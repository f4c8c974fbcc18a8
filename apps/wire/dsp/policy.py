"""ODRL offers and agreements as the protocol carries them: form, making one from the other, comparing.

Form follows ``contract-schema.json``. Beyond it, ``words_lost`` finds words that a JSON-LD processor would drop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.wire.dsp import checks, iris
from apps.wire.errors import BadMessage

Policy = dict[str, Any]
OPERATORS = frozenset(
    {
        "eq",
        "gt",
        "gteq",
        "lt",
        "lteq",
        "term-lteq",
        "neq",
        "hasPart",
        "isA",
        "isAllOf",
        "isAnyOf",
        "isNoneOf",
        "isPartOf",
    }
)
"""As contract-schema.json lists them."""
_LOGICAL = ("and", "andSequence", "or", "xone")
_RULES = ("permission", "prohibition", "obligation")
_BARE_WORDS = frozenset({"use"})
"""Bare words that the protocol's context knows as values of action and leftOperand; any other bare word is dropped."""
_FREE = ("@context", "@id", "@type", "assignee", "target", "assigner", "timestamp")
IN_FORCE_DATE = iris.PREFIXES["edc"] + "inForceDate"


def check_offer(value: object, part: str) -> Policy:
    """An Offer inside a catalogue: without a target. Raises BadMessage."""
    policy = _check(value, part, "Offer", type_required=False)
    if "target" in policy:
        raise BadMessage(f"{part}: an offer in a catalogue has no target.", part=f"{part}.target")
    return policy


def check_message_offer(value: object, part: str) -> Policy:
    """An Offer inside a request; its target is optional. Raises BadMessage."""
    policy = _check(value, part, "Offer", type_required=True)
    if "target" in policy:
        checks.identifier(policy["target"], f"{part}.target")
    return policy


def check_targeted_offer(value: object, part: str) -> Policy:
    """An Offer inside a ContractOfferMessage: with a target. Raises BadMessage."""
    policy = check_message_offer(value, part)
    checks.identifier(policy.get("target"), f"{part}.target")
    return policy


def check_agreement(value: object, part: str) -> Policy:
    """An Agreement. Raises BadMessage."""
    policy = _check(value, part, "Agreement", type_required=True)
    for key in ("target", "assigner", "assignee"):
        checks.identifier(policy.get(key), f"{part}.{key}")
    checks.timestamp(policy.get("timestamp"), f"{part}.timestamp")
    return policy


def offer_for_catalogue(policy: Mapping[str, Any]) -> Policy:
    """The offer as a catalogue shows it: without ``target`` and ``@context``."""
    return {key: value for key, value in policy.items() if key not in ("target", "@context")}


def offer_for_message(policy: Mapping[str, Any], *, target: str) -> Policy:
    """The offer as a message carries it: with its target, otherwise verbatim."""
    return {**offer_for_catalogue(policy), "@type": "Offer", "target": target}


def agreement_from(
    offer: Mapping[str, Any], *, uid: str, target: str, assigner: str, assignee: str, timestamp: str
) -> Policy:
    """The agreement that says what the offer says; ``timestamp`` is the moment of signing as xsd:dateTime in UTC."""
    kept = {key: value for key, value in offer.items() if key not in _FREE}
    head = {"@id": uid, "@type": "Agreement", "target": target, "assigner": assigner, "assignee": assignee}
    return {**head, "timestamp": timestamp, **kept}


def differences(offer: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The parts, as full IRIs, in which two policies say different things.

    What may differ between an offer and its agreement is left out: ``@id``, ``@type``, ``assignee``, ``target``,
    ``timestamp``. The assigner counts where the offer names one. An empty list means: the same terms.
    """
    left, right = iris.normal(offer), iris.normal(other)
    free = {"@id", "@type", "timestamp", *(iris.ODRL + key for key in ("assignee", "target", "uid"))}
    free |= {key for key in (*left, *right) if key.endswith("/timestamp")}
    if iris.ODRL + "assigner" not in left:
        free.add(iris.ODRL + "assigner")
    return sorted(key for key in {*left, *right} - free if left.get(key) != right.get(key))


def with_in_force_date(policy: Mapping[str, Any], *, until: str) -> Policy:
    """The policy with its expiry said a second time in the words of Eclipse connectors, in every permission."""
    extra = {"leftOperand": IN_FORCE_DATE, "operator": "lteq", "rightOperand": until}
    permissions = [{**rule, "constraint": [*rule.get("constraint", []), extra]} for rule in policy["permission"]]
    return {**policy, "permission": permissions}


def words_lost(policy: Mapping[str, Any]) -> list[str]:
    """Bare words in action and leftOperand that do not expand in JSON-LD (``dateTime``; write ``odrl:dateTime``)."""
    return sorted({word for word in _words(policy) if ":" not in word and word not in _BARE_WORDS})


def _words(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in ("leftOperand", "action") and isinstance(item, str):
                yield item
            else:
                yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)


def _check(value: object, part: str, kind: str, *, type_required: bool) -> Policy:
    policy = checks.mapping(value, part)
    checks.identifier(policy.get("@id"), f"{part}.@id")
    if (type_required or "@type" in policy) and policy.get("@type") != kind:
        raise BadMessage(f"{part}.@type must be {kind}.", part=f"{part}.@type")
    if "permission" not in policy and "prohibition" not in policy:
        raise BadMessage(f"{part} permits and prohibits nothing.", part=part)
    for name in _RULES:
        if name in policy:
            for index, rule in enumerate(checks.array(policy[name], f"{part}.{name}", least=1)):
                _check_rule(rule, f"{part}.{name}[{index}]")
    return policy


def _check_rule(value: object, part: str) -> None:
    rule = checks.mapping(value, part)
    checks.string(rule.get("action"), f"{part}.action")
    for index, constraint in enumerate(checks.array(rule.get("constraint", []), f"{part}.constraint")):
        _check_constraint(constraint, f"{part}.constraint[{index}]")


def _check_constraint(value: object, part: str) -> None:
    constraint = checks.mapping(value, part)
    logical = [name for name in _LOGICAL if name in constraint]
    atomic = all(name in constraint for name in ("leftOperand", "operator", "rightOperand"))
    if len(logical) + atomic != 1:
        raise BadMessage(f"{part} must be one comparison or one of and, andSequence, or, xone.", part=part)
    for name in logical:
        for index, item in enumerate(checks.array(constraint[name], f"{part}.{name}")):
            _check_constraint(item, f"{part}.{name}[{index}]")
    if atomic:
        _check_comparison(constraint, part)


def _check_comparison(constraint: Mapping[str, Any], part: str) -> None:
    checks.string(constraint["leftOperand"], f"{part}.leftOperand")
    if not isinstance(constraint["operator"], str) or constraint["operator"] not in OPERATORS:
        raise BadMessage(f"{part}.operator is none of ODRL's: {', '.join(sorted(OPERATORS))}.", part=f"{part}.operator")
    if not isinstance(constraint["rightOperand"], str | dict | list):
        raise BadMessage(f"{part}.rightOperand must be a string, an object or an array.", part=f"{part}.rightOperand")


def is_iri(text: str) -> bool:
    """Whether the text is an absolute IRI as far as the form goes."""
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", text) is not None

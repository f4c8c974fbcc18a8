"""Terms as ODRL 2.2 for the Dataspace Protocol 2025-1, and back – failing closed on anything not understood.

What ODRL has a word for uses it: purpose, recipient, dateTime, distribute, delete with elapsedTime. Our other clauses
are constraints whose left operand is an IRI of our own namespace. Every right operand is a string or a list of
strings, since the protocol's schemas allow no numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from apps.policies import terms as language
from apps.policies.errors import UnknownTerm
from apps.policies.terms import Terms

NAMESPACE: Final = "https://w3id.org/owl-node/terms#"
ODRL: Final = "http://www.w3.org/ns/odrl/2/"
IN_FORCE: Final = "https://w3id.org/edc/v0.0.1/ns/inForceDate"
OWN: Final = {
    "visibility": "visibility",
    "resolution": "resolution",
    "statistics": "statistics",
    "delay": "delay",
    "window": "window",
    "grid_m": "gridMetres",
    "suppress_below": "suppressBelow",
    "valid_for": "validFor",
}
CLAUSES: Final = {NAMESPACE + word: clause for clause, word in OWN.items()}
NUMBERS: Final = {"grid_m", "suppress_below"}
POLICY_KEYS: Final = {
    "@id", "@type", "@context", "profile", "permission", "prohibition", "obligation", "target", "assigner", "assignee",
    "timestamp",
}  # fmt: skip


def to_odrl(
    terms: Terms,
    *,
    uid: str,
    target: str | None = None,
    assigner: str,
    assignee: str | None = None,
    kind: Literal["Offer", "Agreement"] = "Offer",
    recipient: str | None = None,
    timestamp: str | None = None,
    for_eclipse: bool = False,
) -> dict[str, Any]:
    """The policy as plain JSON. A catalogue offer has no target; ``for_eclipse`` adds the expiry as EDC reads it."""
    given = {"@id": uid, "@type": kind, "target": target, "assigner": assigner, "assignee": assignee}
    policy: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if timestamp is not None:
        policy["timestamp"] = timestamp
    policy["permission"] = [{"action": "odrl:use", "constraint": list(_constraints(terms, recipient, for_eclipse))}]
    if terms.onward == "no":
        policy["prohibition"] = [{"action": "odrl:distribute"}]
    else:
        policy["permission"].append({"action": "odrl:distribute"})
    if terms.retention is not None:
        kept = str(terms.to_mapping()["retention"])
        policy["obligation"] = [
            {"action": "odrl:delete", "constraint": [_constraint("odrl:elapsedTime", "lteq", kept)]}
        ]
    return policy


def from_odrl(policy: Mapping[str, Any]) -> Terms:
    """The terms a policy says. Raises UnknownTerm for any rule, operand or operator not understood."""
    for key in sorted(set(policy) - POLICY_KEYS):
        raise UnknownTerm("no such part of a policy is known here", part=key, remedy="leave it out")
    clauses: dict[str, Any] = {"onward": "no"}
    for rule in _rules(policy, "permission"):
        _permission(rule, clauses)
    for rule in _rules(policy, "prohibition"):
        if _name(rule.get("action")) != "distribute" or _constraints_of(rule):
            raise UnknownTerm(f"{rule!r} is not understood", part="prohibition", remedy="only odrl:distribute is known")
        if clauses["onward"] != "no":
            raise UnknownTerm("it is permitted and prohibited", part="odrl:distribute", remedy="say one of the two")
    for rule in _rules(policy, "obligation"):
        kept = _obligation(rule)
        if clauses.setdefault("retention", kept) != kept:
            raise UnknownTerm("it is said twice, differently", part="odrl:elapsedTime", remedy="say it once")
    return language.parse(clauses)


def recipient_of(policy: Mapping[str, Any]) -> str | None:
    """The DID a policy names as its only recipient, None when it names none."""
    for rule in _rules(policy, "permission"):
        for item in _constraints_of(rule):
            if _name(item.get("leftOperand")) == "recipient":
                return str(item.get("rightOperand"))
    return None


def _constraints(terms: Terms, recipient: str | None, for_eclipse: bool) -> Iterator[dict[str, Any]]:
    mapping = terms.to_mapping()
    if recipient is not None:
        yield _constraint("odrl:recipient", "eq", recipient)
    if terms.purposes:
        yield _constraint("odrl:purpose", "isAnyOf", list(terms.purposes))
    if terms.expires_at is not None:
        yield _constraint("odrl:dateTime", "lteq", mapping["expires_at"])
        if for_eclipse:
            yield _constraint(IN_FORCE, "lteq", mapping["expires_at"])
    for clause, word in OWN.items():
        if clause in mapping:
            value = mapping[clause]
            yield _constraint(NAMESPACE + word, "eq", value if isinstance(value, list) else str(value))


def _constraint(left: str, operator: str, right: str | list[str]) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _permission(rule: Mapping[str, Any], clauses: dict[str, Any]) -> None:
    action = _name(rule.get("action"))
    if action == "distribute" and not _constraints_of(rule):
        clauses["onward"] = "peers"
        return
    if action != "use" or set(rule) - {"action", "constraint"}:
        raise UnknownTerm(f"{rule!r} is not understood", part="permission", remedy="odrl:use or odrl:distribute")
    for item in _constraints_of(rule):
        clause, value = _clause(item)
        if clause and clauses.setdefault(clause, value) != value:
            raise UnknownTerm("it is said twice, differently", part=clause, remedy="say it once")


def _clause(item: Mapping[str, Any]) -> tuple[str, Any]:
    left, operator = _name(item.get("leftOperand")), _name(item.get("operator"))
    right = item.get("rightOperand")
    reader = KNOWN.get((left, operator))
    if reader is None or set(item) - {"leftOperand", "operator", "rightOperand"}:
        raise UnknownTerm(f"{item!r} is not understood", part=str(left), remedy="ask for terms of this profile only")
    return reader(left, right)


def _own(left: str, right: Any) -> tuple[str, Any]:
    clause = CLAUSES[left]
    if clause in NUMBERS and isinstance(right, str) and right.isascii() and right.isdigit() and len(right) < 10:
        return clause, int(right)
    return clause, right


KNOWN: Final[dict[tuple[str, str], Callable[[str, Any], tuple[str, Any]]]] = {
    ("purpose", "isAnyOf"): lambda _, right: ("purposes", right),
    ("dateTime", "lteq"): lambda _, right: ("expires_at", right),
    (IN_FORCE, "lteq"): lambda _, right: ("expires_at", right),
    ("recipient", "eq"): lambda _, right: ("", right),
    **{(iri, "eq"): _own for iri in CLAUSES},
}


def _obligation(rule: Mapping[str, Any]) -> Any:
    items = _constraints_of(rule)
    if _name(rule.get("action")) != "delete" or len(items) != 1:
        raise UnknownTerm(f"{rule!r} is not understood", part="obligation", remedy="odrl:delete with odrl:elapsedTime")
    if (_name(items[0].get("leftOperand")), _name(items[0].get("operator"))) != ("elapsedTime", "lteq"):
        raise UnknownTerm(f"{rule!r} is not understood", part="obligation", remedy="odrl:elapsedTime lteq P90D")
    return items[0].get("rightOperand")


def _rules(policy: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return _mappings(policy.get(kind, []), kind)


def _constraints_of(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _mappings(rule.get("constraint", []), "constraint")


def _mappings(found: Any, part: str) -> list[Mapping[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise UnknownTerm(f"{found!r} is not understood", part=part, remedy="a list of objects")
    return found


def _name(value: Any) -> str:
    """An ODRL word without its prefix, however it was spelled; other IRIs stay whole."""
    if isinstance(value, Mapping) and set(value) == {"@id"}:
        value = value["@id"]
    return str(value).removeprefix("odrl:").removeprefix(ODRL)

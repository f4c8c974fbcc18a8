"""Policies in one normal form, so that two spellings of the same policy compare equal without a JSON-LD processor.

``odrl:use``, ``use``, ``{"@id": "http://www.w3.org/ns/odrl/2/use"}`` are one; so are ``x`` and ``[x]`` where JSON-LD
makes no difference, and sets in any order. Whatever is not understood is kept as it is, hence compares unequal rather
than equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.wire import canonical

ODRL = "http://www.w3.org/ns/odrl/2/"
PREFIXES: Mapping[str, str] = {
    "odrl": ODRL,
    "dspace": "https://w3id.org/dspace/2025/1/",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "edc": "https://w3id.org/edc/v0.0.1/ns/",
}
_RULES = {"permission", "prohibition", "obligation", "duty", "remedy", "consequence"}
_SETS = _RULES | {"constraint", "refinement", "and", "or", "xone", "hasPolicy"}
_VOCABULARY = {"action", "operator", "leftOperand"}
_IDENTITIES = {"assigner", "assignee", "target", "profile"}
_TERMS = _SETS | _VOCABULARY | _IDENTITIES | {"andSequence", "rightOperand", "uid", "unit", "dataType", "status"}
_XSD_STRING = PREFIXES["xsd"] + "string"


def expand(term: str, *, vocabulary: bool = False) -> str:
    """The full IRI of a CURIE with a known prefix; with ``vocabulary`` a bare word is taken as a word of ODRL."""
    prefix, colon, rest = term.partition(":")
    if colon:
        return PREFIXES[prefix] + rest if prefix in PREFIXES and not rest.startswith("//") else term
    return ODRL + term if vocabulary else term


def normal(value: Mapping[str, Any]) -> dict[str, Any]:
    """The normal form of a policy or a part of one: full IRIs as keys and words, sets sorted, no ``@context``."""
    result: dict[str, Any] = {}
    for key, item in value.items():
        if key == "@context":
            continue
        name = _name(key)
        result[ODRL + name if name in _TERMS else expand(key)] = _value(name, item)
    return result


def _name(key: str) -> str:
    full = expand(key)
    return full.removeprefix(ODRL)


def _value(name: str, item: Any) -> Any:
    if name in _SETS:
        return _sorted([_node(part) for part in _list(item)])
    if name == "andSequence":
        return [_node(part) for part in _list(item)]
    if name in _VOCABULARY or name == "@type":
        return _single([_word(part) for part in _list(item)])
    if name in _IDENTITIES:
        return _single([_identity(part) for part in _list(item)])
    return _single(_sorted([_literal(part) for part in _list(item)]))


def _node(item: Any) -> Any:
    return normal(item) if isinstance(item, Mapping) else item


def _word(item: Any) -> Any:
    if isinstance(item, Mapping) and set(item) == {"@id"}:
        item = item["@id"]
    return expand(item, vocabulary=True) if isinstance(item, str) else _node(item)


def _identity(item: Any) -> Any:
    if isinstance(item, Mapping) and set(item) == {"@id"}:
        item = item["@id"]
    return expand(item) if isinstance(item, str) else _node(item)


def _literal(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    if "@value" in item:
        kind = expand(str(item.get("@type", _XSD_STRING)))
        if kind == _XSD_STRING and set(item) <= {"@value", "@type"}:
            return item["@value"]
        return {key: (kind if key == "@type" else part) for key, part in item.items()}
    if set(item) == {"@id"} and isinstance(item["@id"], str):
        return {"@id": expand(item["@id"])}
    return normal(item)


def _list(item: Any) -> list[Any]:
    return item if isinstance(item, list) else [item]


def _single(items: list[Any]) -> Any:
    return items[0] if len(items) == 1 else items


def _sorted(items: list[Any]) -> list[Any]:
    return sorted(items, key=canonical.dumps)

"""``{% load console %}``: how strong a clause is, how good or bad a state is, and codes, in words."""

from __future__ import annotations

from typing import Any, Final

from django import template

from apps.console.words import browsers, exchange, ledger, quarantine, requests
from apps.core import languages
from apps.policies.sentences import Sentence

register = template.Library()
GOOD: Final = {"released", "active", "trusted", "FINALIZED", "STARTED", "confirmed", "equal", "closed", "open"}
ODD: Final = {
    "prepared",
    "proposed",
    "suspended",
    "SUSPENDED",
    "waiting",
    "notifying",
    "repaired",
    "moving",
}
BAD: Final = {"overdue", "TERMINATED", "removed", "alarm", "refused"}


@register.filter
def strength(sentence: Sentence) -> str:
    """How far a clause is enforced, in words."""
    return sentence.mark(languages.current())


@register.filter
def tone(state: str) -> str:
    """The colour of a state's badge; the words in it carry the meaning."""
    if state in GOOD:
        return "success"
    if state in ODD:
        return "warning"
    return "danger" if state in BAD else "info"


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """``mapping[key]``; None where there is none."""
    return mapping.get(key)


for module in (browsers, exchange, ledger, quarantine, requests):
    # Every word of these modules is a filter of the same name: ``{{ row.state|replica }}``.
    for name, word in vars(module).items():
        if callable(word) and getattr(word, "__module__", "") == module.__name__:
            register.filter(name, word)

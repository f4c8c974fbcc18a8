"""No code of the protocol reaches a clerk: every state, verdict, act and message has words in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from apps.agreements.states import Act, NegotiationState, TransferState
from apps.console.words import exchange
from apps.consumer.types import SubscriptionState, Verdict
from apps.wire.dsp import negotiation, transfer
from apps.wire.dsp.message import Message

KINDS = [
    one.TYPE
    for module in (negotiation, transfer)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Message) and getattr(one, "TYPE", "").endswith("Message")
]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_code_has_words(language: str) -> None:
    with translation.override(language):
        assert all(exchange.state(code) != code for code in (*NegotiationState.values, *TransferState.values))
        assert all(exchange.message(act) != act or act == "offer" for act in Act)
        assert len(KINDS) > 8
        assert [kind for kind in KINDS if exchange.message(kind) == kind] == []


def test_words_are_those_of_the_language() -> None:
    with translation.override("de"):
        assert exchange.state("REQUESTED") == "angefragt"
        assert exchange.replica(SubscriptionState.PURGED) == "gelöscht"
        assert exchange.verdict("") == "noch nicht verglichen"
        assert exchange.message("dspace:ContractRequestMessage") == "Anfrage einer Vereinbarung"
        assert exchange.purpose("flood-protection") == "Hochwasserschutz"
    with translation.override("en"):
        assert exchange.verdict(Verdict.ALARM) == "differs even after repair"
        assert exchange.purpose("flood-protection") == "flood protection"


def test_what_nobody_said_is_a_dash_and_what_nobody_knows_stays() -> None:
    assert exchange.state("") == exchange.purpose("") == "–"
    assert exchange.state("UNHEARD_OF") == "UNHEARD_OF"

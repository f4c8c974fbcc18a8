"""Messages of the negotiation: built and parsed without loss, refused with the part that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from apps.wire.dsp import CONTEXT, Message, negotiation, policy
from apps.wire.errors import BadMessage
from tests.wire.dsp.policies import OFFER, TARGET

P, C = "urn:uuid:a343fcbf-99fc-4ce8-8e9b-148c97605aab", "urn:uuid:32541fe6-c580-409e-85a8-8a9a32fbe833"
TARGETED = policy.offer_for_message(OFFER, target=TARGET)
AGREEMENT = policy.agreement_from(
    TARGETED, uid="urn:uuid:1", target=TARGET, assigner="did:a", assignee="did:b", timestamp="2025-01-01T00:00:00Z"
)
MESSAGES: list[Message] = [
    negotiation.ContractRequestMessage(
        consumer_pid=C,
        offer=TARGETED,
        callback_address="https://b.example/dsp",
        purpose="research",
        renews="urn:uuid:0",
    ),
    negotiation.ContractRequestMessage(consumer_pid=C, offer=TARGETED, provider_pid=P),
    negotiation.ContractOfferMessage(provider_pid=P, offer=TARGETED, callback_address="https://a.example/dsp"),
    negotiation.ContractOfferMessage(provider_pid=P, offer=TARGETED, consumer_pid=C),
    negotiation.ContractAgreementMessage(provider_pid=P, consumer_pid=C, agreement=AGREEMENT),
    negotiation.ContractAgreementVerificationMessage(provider_pid=P, consumer_pid=C),
    negotiation.ContractNegotiationEventMessage(provider_pid=P, consumer_pid=C, event_type="FINALIZED"),
    negotiation.ContractNegotiationTerminationMessage(provider_pid=P, consumer_pid=C, code="no", reason=("No.",)),
    negotiation.ContractNegotiation(provider_pid=P, consumer_pid=C, state="AGREED"),
    negotiation.ContractNegotiationError(provider_pid=P, consumer_pid=C, code="no", reason=("No.",)),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_what_is_built_is_parsed_back(message: Message) -> None:
    assert type(message).parse(message.to_wire()) == message


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_every_missing_required_part_is_named(message: Message) -> None:
    complete = message.to_wire()
    optional = {"code", "reason", "callbackAddress", "providerPid", "consumerPid"}
    for key in complete:
        if key in optional or key.startswith("http"):
            continue
        broken = {name: value for name, value in complete.items() if name != key}
        with pytest.raises(BadMessage) as caught:
            type(message).parse(broken)
        assert caught.value.part == key


def test_fields_that_others_add_are_passed_over() -> None:
    message = MESSAGES[5]
    assert type(message).parse({**message.to_wire(), "x:y": {"z": 1}}) == message


@pytest.mark.parametrize("context", [CONTEXT, [], ["https://example.org/x"], [CONTEXT, {}], None, {}])
def test_the_context_must_be_an_array_of_strings_that_holds_the_protocols(context: Any) -> None:
    with pytest.raises(BadMessage) as caught:
        negotiation.ContractNegotiation.parse({**MESSAGES[8].to_wire(), "@context": context})
    assert caught.value.part == "@context"


@pytest.mark.parametrize(
    "change",
    [
        {"callbackAddress": "https://b.example/dsp"},
        {"providerPid": None},
        {"providerPid": 7},
        {"providerPid": ""},
        {"providerPid": "x" * 256},
        {"providerPid": "a\nb"},
        {"consumerPid": ["a"]},
        {"offer": []},
        {"offer": {**TARGETED, "@type": "Agreement"}},
        {"offer": {**TARGETED, "@id": None}},
        {"offer": {"@id": "a", "@type": "Offer"}},
        {"offer": {**TARGETED, "target": {}}},
        {"@type": "ContractOfferMessage"},
    ],
    ids=str,
)
def test_a_request_with_anything_wrong_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        negotiation.ContractRequestMessage.parse({**MESSAGES[1].to_wire(), **change})


def test_a_first_request_needs_an_address_to_answer_to() -> None:
    wire = MESSAGES[0].to_wire()
    with pytest.raises(BadMessage) as caught:
        negotiation.ContractRequestMessage.parse({k: v for k, v in wire.items() if k != "callbackAddress"})
    assert caught.value.part == "callbackAddress"


@pytest.mark.parametrize("address", ["ftp://x", "https://", "//x", "javascript:1", "https://a b", 5, "http://ü"])
def test_a_callback_address_is_an_absolute_url(address: Any) -> None:
    with pytest.raises(BadMessage) as caught:
        negotiation.ContractRequestMessage.parse({**MESSAGES[0].to_wire(), "callbackAddress": address})
    assert caught.value.part == "callbackAddress"


def test_reasons_of_other_connectors_are_read_as_text() -> None:
    wire = MESSAGES[7].to_wire() | {"reason": [{"@value": "Nein.", "@language": "de"}, {"x": 1}]}
    assert negotiation.ContractNegotiationTerminationMessage.parse(wire).reason == ("Nein.", '{"x": 1}')


@pytest.mark.parametrize("code", ["", "x" * 10_000])
def test_no_code_keeps_anybody_from_ending_a_negotiation(code: str) -> None:
    wire = MESSAGES[7].to_wire() | {"code": code}
    assert code.startswith(negotiation.ContractNegotiationTerminationMessage.parse(wire).code or "")


@pytest.mark.parametrize("state", ["dspace:AGREED", "https://w3id.org/dspace/2025/1/AGREED", "AGREED"])
def test_a_state_is_read_in_every_spelling(state: str) -> None:
    wire = MESSAGES[8].to_wire() | {"state": state}
    assert negotiation.ContractNegotiation.parse(wire).state == "AGREED"

"""Messages of the transfer: built and parsed without loss, refused with the part that is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from apps.wire.dsp import Message, transfer
from apps.wire.errors import BadMessage

P, C = "urn:uuid:a343fcbf-99fc-4ce8-8e9b-148c97605aab", "urn:uuid:32541fe6-c580-409e-85a8-8a9a32fbe833"
ADDRESS = transfer.DataAddress(
    endpoint_type="https://w3id.org/idsa/v4.1/HTTP", endpoint="https://a.example/feed", properties=(("authType", "x"),)
)
MESSAGES: list[Message] = [
    transfer.TransferRequestMessage(
        consumer_pid=C, agreement_id="urn:uuid:1", format="OwlFeed-PULL", callback_address="https://b.example/dsp"
    ),
    transfer.TransferStartMessage(provider_pid=P, consumer_pid=C, data_address=ADDRESS.to_wire()),
    transfer.TransferStartMessage(provider_pid=P, consumer_pid=C),
    transfer.TransferCompletionMessage(provider_pid=P, consumer_pid=C),
    transfer.TransferSuspensionMessage(provider_pid=P, consumer_pid=C, code="later", reason=("Later.",)),
    transfer.TransferTerminationMessage(provider_pid=P, consumer_pid=C),
    transfer.TransferProcess(provider_pid=P, consumer_pid=C, state="STARTED"),
    transfer.TransferError(provider_pid=P, consumer_pid=C, code="no", reason=("No.",)),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_what_is_built_is_parsed_back(message: Message) -> None:
    assert type(message).parse(message.to_wire()) == message


@pytest.mark.parametrize("key", ["consumerPid", "agreementId", "format", "callbackAddress"])
def test_a_request_names_what_it_lacks(key: str) -> None:
    wire = MESSAGES[0].to_wire()
    with pytest.raises(BadMessage) as caught:
        transfer.TransferRequestMessage.parse({name: value for name, value in wire.items() if name != key})
    assert caught.value.part == key


@pytest.mark.parametrize(
    "address",
    [
        None,
        [],
        {"@type": "DataAddress"},
        {"endpointType": "x"},
        {"@type": "DataAddress", "endpointType": "x", "endpoint": "file:///etc/passwd"},
        {"@type": "DataAddress", "endpointType": "x", "endpointProperties": [{"name": "a", "value": "b"}]},
        {
            "@type": "DataAddress",
            "endpointType": "x",
            "endpointProperties": [{"@type": "EndpointProperty", "name": "a", "value": 1}],
        },
    ],
    ids=str,
)
def test_a_wrong_data_address_is_refused(address: Any) -> None:
    with pytest.raises(BadMessage) as caught:
        transfer.TransferStartMessage.parse({**MESSAGES[1].to_wire(), "dataAddress": address})
    assert (caught.value.part or "").startswith("dataAddress")


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(BadMessage):
        transfer.TransferProcess.parse({**MESSAGES[6].to_wire(), "state": "RUNNING"})

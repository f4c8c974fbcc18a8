"""Every message this node can send is valid against the official schemas, and every official example is understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.wire.dsp import CONTEXT, Message, catalogue, negotiation, policy, transfer, version
from apps.wire.errors import BadMessage
from tests.conformance.dsp_schemas import examples, faults
from tests.wire.dsp import test_catalogue, test_negotiation, test_transfer
from tests.wire.dsp.policies import OFFER, TARGET

CLASSES: dict[str, type[Message]] = {
    cls.TYPE: cls
    for module in (catalogue, negotiation, transfer)
    for cls in vars(module).values()
    if isinstance(cls, type) and issubclass(cls, Message) and cls is not Message
}
MESSAGES = [
    *test_negotiation.MESSAGES,
    *test_transfer.MESSAGES,
    catalogue.CatalogRequestMessage(),
    catalogue.CatalogRequestMessage(filter=({"x": "y"},)),
    catalogue.DatasetRequestMessage(dataset=TARGET),
    catalogue.CatalogError(code="filter", reason=("No filters here.",)),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: m.TYPE)
def test_every_message_is_valid(message: Message, shared_path: Path) -> None:
    assert faults(message.to_wire(), shared_path) == []


def test_no_message_is_left_out() -> None:
    assert {message.TYPE for message in MESSAGES} == set(CLASSES)


def test_catalogues_datasets_and_versions_are_valid(shared_path: Path) -> None:
    page, entry, service = test_catalogue.PAGE, test_catalogue.ENTRY, test_catalogue.SERVICE
    assert faults(page.to_wire(service), shared_path) == []
    assert faults(catalogue.dataset_to_wire(entry, service), shared_path) == []
    assert faults(catalogue.Catalogue("urn:uuid:4", "did:web:a", ()).to_wire(service), shared_path) == []
    assert faults(version.document(service_id="did:web:a"), shared_path, "VersionResponse") == []


def test_every_official_example_is_understood(shared_path: Path) -> None:
    understood = []
    for name, document in examples(shared_path):
        kind = document.get("@type", "")
        if kind == "Catalog":
            assert catalogue.Catalogue.parse(document).participant == "urn:example:DataProviderA"
        elif kind == "Dataset":
            assert catalogue.dataset_from_wire(document).formats == ("HttpData-PULL",)
        elif kind in CLASSES:
            parsed = CLASSES[kind].parse(document)
            assert CLASSES[kind].parse(parsed.to_wire()) == parsed
        elif "protocolVersions" in document:
            assert version.path_in(document) == "/some/path/2025-1"
        else:
            assert "serviceEndpoint" in document, name
            continue
        understood.append(name)
    assert len(understood) >= 20


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("ContractRequestMessage", {"@context": CONTEXT}),
        ("ContractRequestMessage", {"@context": [{"odrl": "x"}, CONTEXT]}),
        ("ContractRequestMessage", {"callbackAddress": "https://x.example"}),
        (
            "ContractRequestMessage",
            {
                "offer": {
                    **OFFER,
                    "permission": [
                        {
                            "action": "use",
                            "constraint": [{"leftOperand": "odrl:count", "operator": "lteq", "rightOperand": 5}],
                        }
                    ],
                }
            },
        ),
        ("ContractNegotiationEventMessage", {"eventType": "AGREED"}),
        ("ContractAgreementMessage", {"agreement": {**OFFER, "@type": "Agreement"}}),
        ("TransferTerminationMessage", {"reason": []}),
    ],
)
def test_what_the_schemas_reject_is_refused_here_too(kind: str, change: dict[str, Any], shared_path: Path) -> None:
    bases = {
        m.TYPE: m.to_wire()
        for m in MESSAGES
        if not (m.TYPE == "ContractRequestMessage" and "providerPid" not in m.to_wire())
    }
    document = {**bases[kind], **change}
    assert faults(document, shared_path)
    with pytest.raises(BadMessage):
        CLASSES[kind].parse(document)


def test_what_others_call_an_offer_in_a_catalogue_keeps_its_words(shared_path: Path) -> None:
    assert policy.words_lost(OFFER) == []
    assert faults(catalogue.dataset_to_wire(test_catalogue.ENTRY, test_catalogue.SERVICE), shared_path) == []

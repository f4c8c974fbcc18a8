"""The official schemas of the Dataspace Protocol as validators, with their known slips mended on the way in."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft201909Validator
from referencing import Registry, Resource

PLACES = {
    "CatalogRequestMessage": "catalog/catalog-request-message-schema.json",
    "DatasetRequestMessage": "catalog/dataset-request-message-schema.json",
    "Catalog": "catalog/catalog-schema.json",
    "Dataset": "catalog/dataset-schema.json",
    "CatalogError": "catalog/catalog-error-schema.json",
    "ContractRequestMessage": "negotiation/contract-request-message-schema.json",
    "ContractOfferMessage": "negotiation/contract-offer-message-schema.json",
    "ContractAgreementMessage": "negotiation/contract-agreement-message-schema.json",
    "ContractAgreementVerificationMessage": "negotiation/contract-agreement-verification-message-schema.json",
    "ContractNegotiationEventMessage": "negotiation/contract-negotiation-event-message-schema.json",
    "ContractNegotiationTerminationMessage": "negotiation/contract-negotiation-termination-message-schema.json",
    "ContractNegotiation": "negotiation/contract-negotiation-schema.json",
    "ContractNegotiationError": "negotiation/contract-negotiation-error-schema.json",
    "TransferRequestMessage": "transfer/transfer-request-message-schema.json",
    "TransferStartMessage": "transfer/transfer-start-message-schema.json",
    "TransferCompletionMessage": "transfer/transfer-completion-message-schema.json",
    "TransferSuspensionMessage": "transfer/transfer-suspension-message-schema.json",
    "TransferTerminationMessage": "transfer/transfer-termination-message-schema.json",
    "TransferProcess": "transfer/transfer-process-schema.json",
    "TransferError": "transfer/transfer-error-schema.json",
    "VersionResponse": "common/protocol-version-schema.json",
}


@functools.cache
def _schemas(shared: Path) -> tuple[dict[str, Any], Registry[Any]]:
    root = shared / "conformance" / "dsp-schemas"
    schemas, resources = {}, []
    for path in sorted(root.glob("*/*-schema.json")):
        text = path.read_text(encoding="utf-8").replace("schema.json#definitions/", "schema.json#/definitions/")
        schema = json.loads(text)
        schemas[str(path.relative_to(root))] = schema
        resources.append((schema["$id"], Resource.from_contents(schema)))
    return schemas, Registry().with_resources(resources)


def faults(document: Any, shared: Path, kind: str = "") -> list[str]:
    """What the official schema for the message finds wrong; an empty list means valid."""
    schemas, registry = _schemas(shared)
    schema = schemas[PLACES[kind or document["@type"]]]
    validator = Draft201909Validator(schema, registry=registry)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def examples(shared: Path) -> list[tuple[str, dict[str, Any]]]:
    """The official examples by file name."""
    found = sorted((shared / "conformance" / "dsp-schemas").glob("*/example/*.json"))
    return [(path.name, json.loads(path.read_text(encoding="utf-8"))) for path in found]

"""Policies that the tests of the protocol pass around."""

from __future__ import annotations

from typing import Any

OFFER: dict[str, Any] = {
    "@id": "urn:uuid:d526561f-528e-4d5a-ae12-9a9dd9b7a518",
    "@type": "Offer",
    "assigner": "did:web:owner.example",
    "permission": [
        {
            "action": "odrl:use",
            "constraint": [
                {"leftOperand": "odrl:purpose", "operator": "isAnyOf", "rightOperand": ["research", "planning"]},
                {"leftOperand": "odrl:dateTime", "operator": "lteq", "rightOperand": "2030-01-01T00:00:00Z"},
            ],
        }
    ],
    "prohibition": [{"action": "odrl:distribute"}],
    "obligation": [
        {
            "action": "odrl:delete",
            "constraint": [{"leftOperand": "odrl:elapsedTime", "operator": "lteq", "rightOperand": "P90D"}],
        }
    ],
}
TARGET = "urn:uuid:3dd1add8-4d2d-569e-d634-8394a8836a88"

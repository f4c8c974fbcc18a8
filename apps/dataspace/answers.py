"""Errors and states as the protocol words them (DSP 2025-1, HTTPS binding)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from apps.core.errors import (
    ClockSkew,
    Conflict,
    Gone,
    Invalid,
    NotFound,
    NotPermitted,
    OwlError,
    TooLarge,
    Unauthenticated,
    UntrustedPeer,
)
from apps.wire.dsp import Message, catalogue, negotiation, transfer

UNKNOWN = "urn:owl:unknown"
"""Stands for a process id that is not known: the protocol's errors must name both."""


class Family(Enum):
    """Which part of the protocol a route belongs to; decides the type of its errors."""

    CATALOGUE = "catalogue"
    NEGOTIATION = "negotiation"
    TRANSFER = "transfer"


def status_of(error: OwlError) -> int:
    """400 for what is malformed or impossible now, 404 for what is unknown *or unauthorised*, as the binding has it.

    A wrong clock stays 401: it is an operator's problem with a remedy, and hides nothing.
    """
    if isinstance(error, ClockSkew):
        return 401
    if isinstance(error, NotFound | NotPermitted | Unauthenticated | UntrustedPeer | Gone):
        return 404
    if isinstance(error, TooLarge):
        return 413
    if isinstance(error, Invalid | Conflict):
        return 400
    return error.status


def error_document(family: Family, error: OwlError, *, document: Mapping[str, Any], pid: str | None) -> dict[str, Any]:
    """The protocol's error: code and reasons, the way out among them; both process ids as far as they were told."""
    reasons = tuple(text for text in (error.message, error.remedy) if text)
    if family is Family.CATALOGUE:
        return catalogue.CatalogError(code=error.code, reason=reasons).to_wire()
    told = {key: _pid(document.get(key), pid) for key in ("providerPid", "consumerPid")}
    kind: type[negotiation.ContractNegotiationError] | type[transfer.TransferError] = (
        negotiation.ContractNegotiationError if family is Family.NEGOTIATION else transfer.TransferError
    )
    return kind(told["providerPid"], told["consumerPid"], code=error.code, reason=reasons).to_wire()


def process_document(kind: type[Message], row: Any) -> dict[str, Any]:
    """A negotiation or transfer with its state. What is still unacknowledged here is, for the peer, its first state."""
    first = {("negotiation", "provider"): "OFFERED"}.get((row._meta.model_name, row.role), "REQUESTED")
    state = first if row.state == "PREPARED" else str(row.state)
    if not row.peer_pid:
        raise NotFound("There is no such process here.", part="pid")
    values = {"provider_pid": row.provider_pid, "consumer_pid": row.consumer_pid, "state": state}
    return kind(**values).to_wire()


def _pid(value: object, fallback: str | None) -> str:
    return value if isinstance(value, str) and value else (fallback or UNKNOWN)

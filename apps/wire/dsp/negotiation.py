"""Messages of the contract negotiation (DSP 2025-1, "Contract Negotiation Protocol")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from apps.wire.dsp import policy
from apps.wire.dsp.checks import Code, Pid, Reasons, Url, string
from apps.wire.dsp.message import Message
from apps.wire.errors import BadMessage

EXTENSION = "https://w3id.org/owl-node/dataspace#"
"""Namespace of the two properties of ours that other connectors pass over: purpose and renews."""

STATES = ("REQUESTED", "OFFERED", "ACCEPTED", "AGREED", "VERIFIED", "FINALIZED", "TERMINATED")


def _state(value: object, part: str) -> str:
    text = string(value, part).rpartition(":")[2].rpartition("/")[2]
    if text not in STATES:
        raise BadMessage(f"{part} must be one of {', '.join(STATES)}.", part=part)
    return text


def _event(value: object, part: str) -> str:
    if value not in ("ACCEPTED", "FINALIZED"):
        raise BadMessage(f"{part} must be ACCEPTED or FINALIZED.", part=part)
    return str(value)


State = Annotated[str, _state]
EventType = Annotated[Literal["ACCEPTED", "FINALIZED"], _event]


@dataclass(frozen=True)
class ContractRequestMessage(Message):
    """The consumer asks for an agreement, or answers an offer with another one.

    ``purpose`` and ``renews`` (uid of the agreement it follows) are additions of ours.
    """

    TYPE: ClassVar[str] = "ContractRequestMessage"
    WIRE: ClassVar[dict[str, str]] = {"purpose": EXTENSION + "purpose", "renews": EXTENSION + "renews"}

    consumer_pid: Pid
    offer: Annotated[dict[str, Any], policy.check_message_offer]
    provider_pid: Pid | None = None
    callback_address: Url | None = None
    purpose: Pid | None = None
    renews: Pid | None = None

    def check(self) -> None:
        """Exactly one of callbackAddress and providerPid."""
        _exactly_one(callbackAddress=self.callback_address, providerPid=self.provider_pid)


@dataclass(frozen=True)
class ContractOfferMessage(Message):
    """The provider offers an agreement: of its own accord, or in answer to a request."""

    TYPE: ClassVar[str] = "ContractOfferMessage"

    provider_pid: Pid
    offer: Annotated[dict[str, Any], policy.check_targeted_offer]
    consumer_pid: Pid | None = None
    callback_address: Url | None = None

    def check(self) -> None:
        """Exactly one of callbackAddress and consumerPid."""
        _exactly_one(callbackAddress=self.callback_address, consumerPid=self.consumer_pid)


@dataclass(frozen=True)
class ContractAgreementMessage(Message):
    """The provider agrees; from here on the text stands."""

    TYPE: ClassVar[str] = "ContractAgreementMessage"

    provider_pid: Pid
    consumer_pid: Pid
    agreement: Annotated[dict[str, Any], policy.check_agreement]


@dataclass(frozen=True)
class ContractAgreementVerificationMessage(Message):
    """The consumer has checked the agreement and holds it."""

    TYPE: ClassVar[str] = "ContractAgreementVerificationMessage"

    provider_pid: Pid
    consumer_pid: Pid


@dataclass(frozen=True)
class ContractNegotiationEventMessage(Message):
    """ACCEPTED by the consumer, or FINALIZED by the provider."""

    TYPE: ClassVar[str] = "ContractNegotiationEventMessage"

    provider_pid: Pid
    consumer_pid: Pid
    event_type: EventType


@dataclass(frozen=True)
class ContractNegotiationTerminationMessage(Message):
    """Either side ends the negotiation."""

    TYPE: ClassVar[str] = "ContractNegotiationTerminationMessage"

    provider_pid: Pid
    consumer_pid: Pid
    code: Code | None = None
    reason: Reasons = ()


@dataclass(frozen=True)
class ContractNegotiation(Message):
    """The state of a negotiation, as an answer."""

    TYPE: ClassVar[str] = "ContractNegotiation"

    provider_pid: Pid
    consumer_pid: Pid
    state: State


@dataclass(frozen=True)
class ContractNegotiationError(Message):
    """Why a message was not taken, as an answer."""

    TYPE: ClassVar[str] = "ContractNegotiationError"

    provider_pid: Pid
    consumer_pid: Pid
    code: Code | None = None
    reason: Reasons = ()


def _exactly_one(**values: str | None) -> None:
    if sum(value is not None for value in values.values()) != 1:
        names = " and ".join(values)
        raise BadMessage(f"Exactly one of {names} must be given.", part=next(iter(values)))

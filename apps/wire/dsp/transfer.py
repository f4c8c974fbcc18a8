"""Messages of the transfer process (DSP 2025-1, "Transfer Process Protocol")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from apps.wire.dsp import checks
from apps.wire.dsp.checks import Code, Pid, Reasons, Url
from apps.wire.dsp.message import Message
from apps.wire.errors import BadMessage

STATES = ("REQUESTED", "STARTED", "TERMINATED", "COMPLETED", "SUSPENDED")


def _state(value: object, part: str) -> str:
    text = checks.string(value, part).rpartition(":")[2].rpartition("/")[2]
    if text not in STATES:
        raise BadMessage(f"{part} must be one of {', '.join(STATES)}.", part=part)
    return text


@dataclass(frozen=True)
class DataAddress:
    """Where and how data are fetched; ``properties`` are the name–value pairs a consumer needs beside the address."""

    endpoint_type: str
    endpoint: str = ""
    properties: tuple[tuple[str, str], ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """The JSON object; an empty endpoint and empty properties are left out."""
        document: dict[str, Any] = {"@type": "DataAddress", "endpointType": self.endpoint_type}
        if self.endpoint:
            document["endpoint"] = self.endpoint
        pairs = [{"@type": "EndpointProperty", "name": name, "value": value} for name, value in self.properties]
        return document | ({"endpointProperties": pairs} if pairs else {})

    @classmethod
    def parse(cls, value: object, part: str = "dataAddress") -> DataAddress:
        """The address in a JSON object. Raises BadMessage."""
        document = checks.mapping(value, part)
        if document.get("@type") != "DataAddress":
            raise BadMessage(f"{part}.@type must be DataAddress.", part=f"{part}.@type")
        endpoint = document.get("endpoint", "")
        if endpoint != "":
            endpoint = checks.url(endpoint, f"{part}.endpoint")
        pairs = checks.array(document.get("endpointProperties", []), f"{part}.endpointProperties")
        return cls(
            endpoint_type=checks.identifier(document.get("endpointType"), f"{part}.endpointType"),
            endpoint=endpoint,
            properties=tuple(_property(pair, f"{part}.endpointProperties") for pair in pairs),
        )


def _property(value: object, part: str) -> tuple[str, str]:
    document = checks.mapping(value, part)
    if document.get("@type") != "EndpointProperty":
        raise BadMessage(f"{part}.@type must be EndpointProperty.", part=part)
    name = checks.string(document.get("name"), f"{part}.name")
    content = document.get("value")
    if not isinstance(content, str):
        raise BadMessage(f"{part}.value must be a string.", part=f"{part}.value")
    return name, content


def _address(value: object, part: str) -> dict[str, Any]:
    return DataAddress.parse(value, part).to_wire()


State = Annotated[str, _state]
Address = Annotated[dict[str, Any], _address]


@dataclass(frozen=True)
class TransferRequestMessage(Message):
    """The consumer asks for the data of an agreement in one of the announced formats."""

    TYPE: ClassVar[str] = "TransferRequestMessage"

    consumer_pid: Pid
    agreement_id: Pid
    format: Pid
    callback_address: Url
    data_address: Address | None = None


@dataclass(frozen=True)
class TransferStartMessage(Message):
    """Data can be fetched at ``data_address``; also resumes what was suspended."""

    TYPE: ClassVar[str] = "TransferStartMessage"

    provider_pid: Pid
    consumer_pid: Pid
    data_address: Address | None = None


@dataclass(frozen=True)
class TransferCompletionMessage(Message):
    """Everything has been transferred."""

    TYPE: ClassVar[str] = "TransferCompletionMessage"

    provider_pid: Pid
    consumer_pid: Pid


@dataclass(frozen=True)
class TransferSuspensionMessage(Message):
    """No data for now."""

    TYPE: ClassVar[str] = "TransferSuspensionMessage"

    provider_pid: Pid
    consumer_pid: Pid
    code: Code | None = None
    reason: Reasons = ()


@dataclass(frozen=True)
class TransferTerminationMessage(Message):
    """No data any more. ``code`` tells, between our nodes, whether the agreement itself has ended."""

    TYPE: ClassVar[str] = "TransferTerminationMessage"

    provider_pid: Pid
    consumer_pid: Pid
    code: Code | None = None
    reason: Reasons = ()


@dataclass(frozen=True)
class TransferProcess(Message):
    """The state of a transfer, as an answer."""

    TYPE: ClassVar[str] = "TransferProcess"

    provider_pid: Pid
    consumer_pid: Pid
    state: State


@dataclass(frozen=True)
class TransferError(Message):
    """Why a message was not taken, as an answer."""

    TYPE: ClassVar[str] = "TransferError"

    provider_pid: Pid
    consumer_pid: Pid
    code: Code | None = None
    reason: Reasons = ()

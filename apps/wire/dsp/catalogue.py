"""Catalogue messages (DSP 2025-1, "Catalog Protocol")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from apps.wire.dsp import checks, policy
from apps.wire.dsp.checks import Code, Reasons, Text
from apps.wire.dsp.message import CONTEXT, Message, check_envelope
from apps.wire.errors import BadMessage

_DCT = "http://purl.org/dc/terms/"
_TITLE, _DESCRIPTION, _IDENTIFIER = "dct:title", "dct:description", "dct:identifier"


def _filter(value: object, part: str) -> tuple[Any, ...]:
    return tuple(checks.array(value, part))


@dataclass(frozen=True)
class CatalogRequestMessage(Message):
    """Asks what there is; ``filter`` is of the provider's making, ours knows none."""

    TYPE: ClassVar[str] = "CatalogRequestMessage"

    filter: Annotated[tuple[Any, ...], _filter] = ()


@dataclass(frozen=True)
class DatasetRequestMessage(Message):
    """Asks for one dataset."""

    TYPE: ClassVar[str] = "DatasetRequestMessage"

    dataset: Text


@dataclass(frozen=True)
class CatalogError(Message):
    """Why there is no catalogue, as an answer."""

    TYPE: ClassVar[str] = "CatalogError"

    code: Code | None = None
    reason: Reasons = ()


@dataclass(frozen=True)
class Service:
    """The data service that serves datasets; ``endpoint`` is the root of the protocol."""

    id: str
    endpoint: str

    def to_wire(self) -> dict[str, Any]:
        """The DataService object."""
        return {"@id": self.id, "@type": "DataService", "endpointURL": self.endpoint}


@dataclass(frozen=True)
class DatasetEntry:
    """A dataset in a catalogue: ``offers`` verbatim and without target, ``identifier`` the owner's short name."""

    id: str
    offers: tuple[policy.Policy, ...]
    formats: tuple[str, ...]
    identifier: str = ""
    title: str = ""
    description: str = ""

    def to_wire(self, service: Service) -> dict[str, Any]:
        """The Dataset object without ``@context``, as it stands inside a catalogue."""
        texts = {_IDENTIFIER: self.identifier, _TITLE: self.title, _DESCRIPTION: self.description}
        return {
            "@id": self.id,
            "@type": "Dataset",
            **{key: text for key, text in texts.items() if text},
            "hasPolicy": [policy.offer_for_catalogue(offer) for offer in self.offers],
            "distribution": [
                {"@type": "Distribution", "format": name, "accessService": service.to_wire()} for name in self.formats
            ],
        }

    @classmethod
    def parse(cls, value: object, part: str) -> DatasetEntry:
        """The dataset in a JSON object. Raises BadMessage."""
        document = checks.mapping(value, part)
        offers = checks.array(document.get("hasPolicy"), f"{part}.hasPolicy", least=1)
        distributions = checks.array(document.get("distribution"), f"{part}.distribution", least=1)
        return cls(
            id=checks.identifier(document.get("@id"), f"{part}.@id"),
            offers=tuple(policy.check_offer(offer, f"{part}.hasPolicy[{i}]") for i, offer in enumerate(offers)),
            formats=tuple(_format(item, f"{part}.distribution[{i}]") for i, item in enumerate(distributions)),
            identifier=_text(document, "identifier", part)[: checks.MAX_ID],
            title=_text(document, "title", part)[: checks.MAX_URL],
            description=_text(document, "description", part),
        )


def _format(value: object, part: str) -> str:
    document = checks.mapping(value, part)
    if "accessService" not in document:
        raise BadMessage(f"{part} lacks accessService.", part=f"{part}.accessService")
    return checks.identifier(document.get("format"), f"{part}.format")


def _text(document: Mapping[str, Any], name: str, part: str) -> str:
    value = document.get(f"dct:{name}", document.get(_DCT + name, ""))
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, Mapping):
        value = value.get("@value", "")
    return checks.string(value, f"{part}.{name}") if value else ""


@dataclass(frozen=True)
class Catalogue:
    """A catalogue, or one page of it."""

    id: str
    participant: str
    datasets: tuple[DatasetEntry, ...]

    def to_wire(self, service: Service) -> dict[str, Any]:
        """The Catalog object; an empty list of datasets is left out, as the schema wants it."""
        entries = [entry.to_wire(service) for entry in self.datasets]
        return {
            "@context": [CONTEXT],
            "@id": self.id,
            "@type": "Catalog",
            "participantId": self.participant,
            "service": [service.to_wire()],
            **({"dataset": entries} if entries else {}),
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Catalogue:
        """The catalogue in a JSON object; catalogues inside it are not followed. Raises BadMessage."""
        check_envelope(document, "Catalog")
        entries: Sequence[Any] = checks.array(document.get("dataset", []), "dataset")
        return cls(
            id=checks.identifier(document.get("@id"), "@id"),
            participant=checks.identifier(document.get("participantId"), "participantId"),
            datasets=tuple(DatasetEntry.parse(entry, f"dataset[{index}]") for index, entry in enumerate(entries)),
        )


def dataset_to_wire(entry: DatasetEntry, service: Service) -> dict[str, Any]:
    """One dataset as a message of its own."""
    return {"@context": [CONTEXT], **entry.to_wire(service)}


def dataset_from_wire(document: Mapping[str, Any]) -> DatasetEntry:
    """One dataset out of a message of its own. Raises BadMessage."""
    check_envelope(document, "Dataset")
    return DatasetEntry.parse(document, "dataset")

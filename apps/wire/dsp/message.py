"""What all messages of the protocol have in common: ``@context``, ``@type``, and fields declared once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Self, get_args, get_origin, get_type_hints

from apps.wire.dsp import checks
from apps.wire.errors import BadMessage

CONTEXT = "https://w3id.org/dspace/2025/1/context.jsonld"
Check = Callable[[object, str], Any]


@dataclasses.dataclass(frozen=True)
class _Field:
    name: str
    wire: str
    check: Check
    required: bool


class Message:
    """A message of the Dataspace Protocol 2025-1; subclasses are frozen dataclasses with annotated checks.

    A field's wire name is its name in camel case unless ``WIRE`` names another. Fields that the class does not know are
    passed over, as JSON-LD allows them.
    """

    TYPE: ClassVar[str]
    WIRE: ClassVar[Mapping[str, str]] = {}

    def to_wire(self) -> dict[str, Any]:
        """The JSON object to send; fields that are None or empty are left out."""
        document: dict[str, Any] = {"@context": [CONTEXT], "@type": self.TYPE}
        for spec in _fields(type(self)):
            value = getattr(self, spec.name)
            if value not in (None, ()):
                document[spec.wire] = list(value) if isinstance(value, tuple) else value
        return document

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """The message in a JSON object. Raises BadMessage naming the part."""
        check_envelope(document, cls.TYPE)
        values: dict[str, Any] = {}
        for spec in _fields(cls):
            if spec.wire in document:
                values[spec.name] = spec.check(document[spec.wire], spec.wire)
            elif spec.required:
                raise BadMessage(f"{cls.TYPE} lacks {spec.wire}.", part=spec.wire)
        message = cls(**values)
        message.check()
        return message

    def check(self) -> None:
        """What no single field can tell; raises BadMessage."""


_KNOWN: dict[type[Message], tuple[_Field, ...]] = {}


def check_envelope(document: Mapping[str, Any], kind: str) -> None:
    """``@context`` is an array of strings that holds the protocol's own, ``@type`` is ``kind``; else BadMessage."""
    context = document.get("@context")
    if not isinstance(context, list) or not all(isinstance(item, str) for item in context):
        raise BadMessage("@context must be an array of strings.", part="@context")
    if CONTEXT not in context:
        raise BadMessage(f"@context must hold {CONTEXT}.", part="@context")
    if document.get("@type") != kind:
        raise BadMessage(f"@type must be {kind}.", part="@type")


def kind_of(document: Mapping[str, Any]) -> str:
    """The ``@type`` of a message, or ``""``."""
    kind = document.get("@type")
    return kind if isinstance(kind, str) else ""


def _fields(cls: type[Message]) -> tuple[_Field, ...]:
    if cls not in _KNOWN:
        _KNOWN[cls] = tuple(_declared(cls))
    return _KNOWN[cls]


def _declared(cls: type[Message]) -> list[_Field]:
    hints = get_type_hints(cls, include_extras=True)
    specs = []
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # every concrete subclass is a dataclass
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        wire = cls.WIRE.get(field.name) or _camel(field.name)
        specs.append(_Field(field.name, wire, _check_of(hints[field.name]), required))
    return specs


def _check_of(hint: Any) -> Check:
    options = [hint, *get_args(hint)]
    for option in options:
        if get_origin(option) is Annotated:
            check: Check = get_args(option)[1]
            return check
    return checks.string


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)

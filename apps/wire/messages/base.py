"""What every message shares: strict types, no unknown members, a type tag and a version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from apps.wire import canonical
from apps.wire.errors import BadMessage

MAX_SAFE = 2**53 - 1


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Natural = Annotated[int, Field(ge=0, le=MAX_SAFE)]
StreamNumber = Annotated[int, Field(ge=0, lt=2**31)]
Did = Annotated[str, Field(pattern=r"^did:web:[A-Za-z0-9._:%-]{1,500}$")]
KeyId = Annotated[str, Field(pattern=r"^did:web:[A-Za-z0-9._:%-]{1,500}#key-[1-9][0-9]{0,8}$")]
AgreementUid = Annotated[str, Field(pattern=r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Digest = Annotated[str, Field(pattern=r"^sha-256:[0-9a-f]{64}$")]
Short = Annotated[str, Field(max_length=500)]
Long = Annotated[str, Field(max_length=20_000)]


class Part(BaseModel):
    """A part of a message: strict, frozen, without unknown members."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Message(Part):
    """A message. Subclasses pin ``type`` and ``version`` by ``Literal`` and are found again by them."""

    kinds: ClassVar[dict[str, type[Message]]] = {}

    type: str
    version: int

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        Message.kinds[str(cls.model_fields["type"].default)] = cls

    def to_mapping(self) -> dict[str, Any]:
        """The message as JSON values; times as RFC 3339 in UTC."""
        return self.model_dump(mode="json")

    def digest(self) -> str:
        """``sha-256:<hex>`` over the canonical JSON of the message."""
        return canonical.digest(self.to_mapping())

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """This kind of message from JSON values. Raises BadMessage naming the first wrong member.

        Every member must be there, in its one spelling, so that a message has one digest on both sides.
        """
        written = canonical.dumps(dict(value))
        try:
            message = cls.model_validate_json(written)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            part = ".".join(str(step) for step in first["loc"]) or "message"
            raise BadMessage(
                f"{cls.__name__}: {part}: {first['msg']}.", part=part, remedy="See docs/protocol.md."
            ) from error
        again = message.to_mapping()
        if canonical.dumps(again) != written:
            part = next((name for name in again if name not in value or again[name] != value[name]), "message")
            raise BadMessage(
                f"{cls.__name__}: {part} is missing or not in its one spelling.",
                part=part,
                remedy="Write every member, times as 2026-01-31T23:59:59Z, numbers as numbers.",
            )
        return message


def parse(value: Mapping[str, Any]) -> Message:
    """The message of any known kind in ``value``. Raises BadMessage, BadJson."""
    kind = Message.kinds.get(str(value.get("type")))
    if kind is None:
        raise BadMessage(f"The message type {str(value.get('type'))[:60]!r} is not known here.", part="type")
    return kind.of(value)

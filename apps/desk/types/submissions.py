"""What a citizen sends, and what they get back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps.desk.types.words import RequesterKind

if TYPE_CHECKING:
    from apps.desk.models import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A filled-in form. ``key`` makes sending it twice one request."""

    subject: str
    description: str
    language: str = "de"
    place: str = ""
    period: str = ""
    dataset_key: str = ""
    requester_name: str = ""
    requester_kind: str = RequesterKind.PERSON
    email: str = ""
    postal_address: str = ""
    register_consent: bool = False
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The request and the token of its status link, which nobody can read out again. ``new``: it was not known yet."""

    case: Request
    token: str
    new: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: the name somebody gave it, and all its bytes."""

    name: str
    content: bytes

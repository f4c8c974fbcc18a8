"""A citizen's request that another city answers: the hand-over, the words that pass on, and what came of it.

All three travel in signed requests between trusted nodes, and only with the requester's consent. They hold what is
needed to answer and nothing else: who asks stays with the first city, unless the requester wants the answer directly.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from apps.wire.messages.base import Digest, Long, Message, Moment, Natural, Part, Short

RequestUid = Annotated[str, Field(pattern=r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Number = Annotated[str, Field(pattern=r"^[A-Z]{1,4}-[0-9]{4}-[0-9]{5,9}$")]
RequestLaw = Literal["", "ifg", "uig"]
Outcome = Literal["", "granted", "partly", "refused", "not-held", "withdrawn"]


class Contact(Part):
    """Who asks; only where the answer goes to them directly. ``confirmed``: the address was proven to be theirs."""

    name: Short = ""
    email: Short = ""
    postal: Short = ""
    confirmed: bool = False


class RequestHandover(Message):
    """Please answer this request. ``request`` names it between the two nodes, ``case`` is the first city's number.

    ``received_at`` is when the first city got it; the receiver's own period begins with this message.
    """

    type: Literal["owl.request"] = "owl.request"
    version: Literal[1] = 1
    request: RequestUid
    case: Number
    received_at: Moment
    language: Literal["de", "en"]
    law: RequestLaw = ""
    requester: Literal["person", "organisation"] = "person"
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    place: Short = ""
    period: Short = ""
    dataset: Short = ""
    contact: Contact | None = None


class RequestMessage(Message):
    """Something said about it: by the answering city to the requester, or by the requester to that city."""

    type: Literal["owl.request-message"] = "owl.request-message"
    version: Literal[1] = 1
    request: RequestUid
    message: RequestUid
    at: Moment
    kind: Literal["message", "clarification", "answer", "extension", "hearing"]
    text: Annotated[Long, Field(min_length=1)]


class RequestFile(Part):
    """A file of the answer, to be fetched within thirty days."""

    file: RequestUid
    name: Annotated[str, Field(min_length=1, max_length=150)]
    size: Natural
    digest: Digest


class RequestChange(Message):
    """How it stands: ``taken`` (with the receiver's case number), ``returned``, ``decided``, ``delivered``, by the
    answering city; ``withdrawn`` by the first. ``text`` is for the requester and empty where it reaches them directly.
    """

    type: Literal["owl.request-change"] = "owl.request-change"
    version: Literal[1] = 1
    request: RequestUid
    at: Moment
    change: Literal["taken", "returned", "decided", "delivered", "withdrawn"]
    case: Number | None = None
    law: RequestLaw = ""
    resolution: Outcome = ""
    text: Long = ""
    files: Annotated[tuple[RequestFile, ...], Field(max_length=20)] = ()

"""What an entry of each kind may say: small closed schemas in which no free text, and so no person, can hide.

Every text is a machine word, a URI, a digest or a moment; names, remarks and addresses have no place. Where a person's
act has to be provable, the entry holds a commitment (``services.commit_personal``) whose salt can be erased.
``validate`` is what ``append`` calls; a caller may hand over a mapping or one of these models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from apps.core.errors import Invalid
from apps.ledger.types.kinds import Kind

MAX_SAFE_INTEGER = 2**53 - 1
MAX_SUBJECT = 500
SUBJECT = re.compile(r"(?!mailto:|tel:)[a-z][a-z0-9+.-]*:[!-?A-~]{1,480}")


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value


def _subject(value: str) -> str:
    if not SUBJECT.fullmatch(value):
        raise ValueError("must be a URI in ASCII without blanks and @, no mailto: or tel:")
    return value


Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/#%+=~|,-]{0,999}$")]
Uri = Annotated[str, AfterValidator(_subject)]
Digest = Annotated[str, Field(pattern=r"^sha-256:[0-9a-f]{64}$")]
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"),
    BeforeValidator(_moment),
]
Count = Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)]
Role = Literal["provider", "consumer"]


class Payload(BaseModel):
    """Base of all payloads: immutable, strict, nothing beyond what is declared. ``None`` is left out of the entry."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Signature(Payload):
    """That somebody in a role signed; who it was is in the commitment."""

    role: Word
    commitment: Digest


Signatures = Annotated[tuple[Signature, ...], Field(strict=False, max_length=10)]


class Release(Payload):
    """Terms of a dataset were released, or a release was taken back (``change``)."""

    dataset: Word
    number: Count
    terms: Digest
    change: Literal["released", "superseded", "withdrawn"] = "released"
    visibility: Word | None = None
    sensitivity: Word | None = None
    signatures: Signatures = ()


class Offer(Payload):
    """An offer was opened or closed; no audience means every trusted peer."""

    offer: Uri
    dataset: Word
    terms: Digest | None = None
    policy: Digest | None = None
    change: Literal["opened", "closed"] = "opened"
    standing: bool | None = None
    audience: Annotated[tuple[Uri, ...], Field(strict=False, max_length=200)] = ()


class Grant(Payload):
    """Both sides hold the same agreement; ``policy`` is the digest of its ODRL text."""

    agreement: Uri
    dataset: Word
    peer: Uri
    role: Role
    policy: Digest | None = None
    terms: Digest | None = None
    purpose: Word | None = None
    standing: bool | None = None
    expires_at: Moment | None = None
    renews: Uri | None = None
    decision: Digest | None = None


class Refusal(Payload):
    """A request for data was refused."""

    negotiation: Uri
    dataset: Word
    peer: Uri
    role: Role
    reason: Word | None = None
    purpose: Word | None = None
    decision: Digest | None = None


class Page(Payload):
    """One page of observations left this node, or reached it; ``digest`` is over the page's bytes."""

    agreement: Uri
    peer: Uri
    digest: Digest
    rows: Count
    dataset: Word | None = None
    cursor: Word | None = None
    next_cursor: Word | None = None
    format: Word | None = None
    bytes: Count | None = None
    epoch: Count | None = None
    description: Digest | None = None
    as_of: Moment | None = None


class End(Payload):
    """An agreement ended, by withdrawal, termination or expiry; ``notice`` is the digest of the signed notice."""

    agreement: Uri
    peer: Uri
    role: Role
    dataset: Word | None = None
    kind: Word | None = None
    by: Uri | Word | None = None
    reason: Word | None = None
    ended_at: Moment | None = None
    notice: Digest | None = None
    decision: Digest | None = None


class Receipt(Payload):
    """A signed statement of deletion; ``digest`` is over the whole signed receipt."""

    agreement: Uri
    peer: Uri
    digest: Digest
    rows: Count
    dataset: Word | None = None
    kind: Word | None = None
    keyid: Uri | None = None
    purged_at: Moment | None = None


class Purge(Payload):
    """A replica, or the part of it beyond its retention, was deleted here."""

    agreement: Uri
    peer: Uri
    rows: Count
    dataset: Word | None = None
    kind: Word | None = None
    streams: Count | None = None
    files: Count | None = None
    before: Moment | None = None


class KeyChange(Payload):
    """A key of this node or of a peer came, went, or was replaced."""

    keyid: Uri
    change: Word
    owner: Uri | None = None
    version: Count | None = None
    fingerprint: Fingerprint | None = None
    replaces: Uri | None = None
    statement: Digest | None = None
    expires_at: Moment | None = None


class PeerChange(Payload):
    """What this node thinks of a peer changed: proposed, confirmed, trusted, suspended, resumed, removed."""

    peer: Uri
    change: Word
    fingerprint: Fingerprint | None = None
    confirmations: Annotated[tuple[Digest, ...], Field(strict=False, max_length=10)] = ()
    decision: Digest | None = None


class Epoch(Payload):
    """The numbers of batches start anew, because the database was restored or replaced."""

    epoch: Count
    reason: Word | None = None


class Repair(Payload):
    """A replica differed from its origin and was put right."""

    agreement: Uri
    peer: Uri
    dataset: Word | None = None
    streams: Count | None = None
    days: Count | None = None
    rows: Count | None = None
    digest: Digest | None = None


class RequestStep(Payload):
    """A step of a citizen's request; ``commitment`` stands for which request it was."""

    act: Word
    commitment: Digest
    law: Word | None = None
    resolution: Word | None = None
    peer: Uri | None = None


class Alarm(Payload):
    """Something must not have happened; ``alarm`` is the word for it, ``evidence`` says where the proof is kept."""

    alarm: Word
    peer: Uri | None = None
    agreement: Uri | None = None
    dataset: Word | None = None
    origin: Word | None = None
    size: Count | None = None
    root: Digest | None = None
    other_size: Count | None = None
    other_root: Digest | None = None
    evidence: Uri | None = None
    digest: Digest | None = None
    count: Count | None = None


SCHEMAS: dict[Kind, type[Payload]] = {
    Kind.RELEASE: Release,
    Kind.OFFER: Offer,
    Kind.GRANT: Grant,
    Kind.REFUSAL: Refusal,
    Kind.PAGE_DISCLOSED: Page,
    Kind.PAGE_RECEIVED: Page,
    Kind.WITHDRAWAL: End,
    Kind.EXPIRY: End,
    Kind.RECEIPT_ISSUED: Receipt,
    Kind.RECEIPT_ACCEPTED: Receipt,
    Kind.KEY_CHANGE: KeyChange,
    Kind.PEER_CHANGE: PeerChange,
    Kind.EPOCH: Epoch,
    Kind.REPAIR: Repair,
    Kind.ALARM: Alarm,
    Kind.PURGE: Purge,
    Kind.REQUEST: RequestStep,
}


def validate(kind: Kind | str, payload: Mapping[str, Any] | Payload) -> dict[str, Any]:
    """The payload as plain JSON values, without what is None or empty by default.

    Raises Invalid naming the key at fault: unknown, missing, of the wrong type, or text that is no machine word.
    """
    if kind not in SCHEMAS:
        raise Invalid(f"the ledger knows no kind {kind!r}", code="ledger-kind", part="kind")
    schema = SCHEMAS[Kind(kind)]
    if isinstance(payload, Payload) and not isinstance(payload, schema):
        raise Invalid(f"a {Kind(kind).value} entry takes {schema.__name__}", code="ledger-payload", part="payload")
    try:
        model = payload if isinstance(payload, Payload) else schema.model_validate(dict(payload))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        part = ".".join(str(step) for step in first["loc"]) or "payload"
        raise Invalid(
            f"a {Kind(kind).value} entry cannot be recorded: {part}: {first['msg']}",
            code="ledger-payload",
            part=part,
            remedy="see apps/ledger/types/payloads.py for what an entry may say",
        ) from error
    return {name: value for name, value in model.model_dump(mode="json").items() if value not in (None, [])}


def validate_subject(subject: str) -> str:
    """The subject itself. Raises Invalid when it is no plain URI of at most 500 characters."""
    if len(subject) > MAX_SUBJECT or not SUBJECT.fullmatch(subject):
        raise Invalid(
            "the subject of a ledger entry must be a URI in ASCII without blanks and @",
            code="ledger-subject",
            part="subject",
            remedy="use a DID, urn:uuid:… or dataset:<identifier>",
        )
    return subject

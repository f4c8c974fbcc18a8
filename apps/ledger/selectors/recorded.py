"""Reads of entries and commitments."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.ledger.models import Entry, PersonalCommitment
from apps.ledger.types import Kind


def entry(index: int) -> Entry:
    """The entry of this index. Raises NotFound."""
    found = Entry.objects.filter(index=index).first()
    if found is None:
        raise NotFound(f"the ledger has no entry {index}", part="index")
    return found


def entries(*, subject: str | None = None, kind: Kind | str | None = None) -> QuerySet[Entry]:
    """The entries about a subject, of a kind, or all; the newest first."""
    found = Entry.objects.all()
    if subject is not None:
        found = found.filter(subject=subject)
    return found if kind is None else found.filter(kind=kind)


def opens(commitment_id: UUID, value: str) -> bool:
    """Whether the commitment was made to this value; never once its salt is erased."""
    row = PersonalCommitment.objects.filter(pk=commitment_id).first()
    if row is None or row.salt is None:
        return False
    return hmac.compare_digest(row.digest, commitment_digest(bytes(row.salt), value))


def commitment_digest(salt: bytes, value: str) -> str:
    """HMAC-SHA-256 of the value under the salt, as ``sha-256:<hex>``."""
    return "sha-256:" + hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()

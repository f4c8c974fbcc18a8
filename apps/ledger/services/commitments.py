"""Commitments to personal data: the entry holds a digest, the salt lies apart and can be erased."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from apps.core import clock
from apps.core.errors import NotFound
from apps.ledger.models import PersonalCommitment
from apps.ledger.selectors.recorded import commitment_digest
from apps.ledger.types import Commitment

SALT_BYTES = 32


def commit_personal(*, value: str, at: datetime | None = None) -> Commitment:
    """Commit to a value that must not stand in the log, for example a user's name; the value itself is not kept.

    Returns the id of the salt and the digest (``sha-256:<hex>``) for the payload. ``selectors.opens`` proves later that
    it was this value, until ``erase``.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    row = PersonalCommitment.objects.create(
        digest=commitment_digest(salt, value), salt=salt, created_at=at or clock.now()
    )
    return Commitment(id=row.id, digest=row.digest)


def erase(*, commitment_id: UUID, at: datetime | None = None) -> None:
    """Forget the salt for good: the digest in the log then says nothing about anybody. Twice is the same as once.

    Backups made before still hold the salt until they expire. Raises NotFound.
    """
    changed = PersonalCommitment.objects.filter(pk=commitment_id, salt__isnull=False).update(
        salt=None, erased_at=at or clock.now()
    )
    if not changed and not PersonalCommitment.objects.filter(pk=commitment_id).exists():
        raise NotFound("there is no such commitment", part="commitment_id")

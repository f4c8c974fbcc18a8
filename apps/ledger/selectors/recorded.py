"""Reads of entries and commitments."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.ledger.models import Entry, PersonalCommitment
from apps.ledger.types import Kind


def entry(index: int) -> Entry:
    """The entry of this index. Raises NotFound."""
    found = Entry.objects.filter(index=index).first()
    if found is None:
        raise NotFound(_("The ledger has no entry %(number)s.") % {"number": index}, part="index")
    return found


def entries(*, subject: str | None = None, kind: Kind | str | None = None) -> QuerySet[Entry]:
    """The entries about a subject, of a kind, or all; the newest first."""
    found = Entry.objects.all()
    if subject is not None:
        found = found.filter(subject=subject)
    return found if kind is None else found.filter(kind=kind)


def search(
    *, text: str = "", subjects: Collection[str] = (), kind: Kind | str = "", since: datetime | None = None
) -> QuerySet[Entry]:
    """Entries by number, by part of their subject (an agreement, a dataset, a DID), kind and time; the newest first.

    ``subjects`` are what the caller knows the text to be a title of: entries about them are found, too.
    """
    found = Entry.objects.all()
    wanted = text.strip()
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        found = found.filter(index=int(wanted))
    elif wanted:
        found = found.filter(Q(subject__contains=wanted) | Q(subject__in=subjects))
    if kind:
        found = found.filter(kind=kind)
    return found if since is None else found.filter(at__gte=since)


def opens(commitment_id: UUID, value: str) -> bool:
    """Whether the commitment was made to this value; never once its salt is erased."""
    row = PersonalCommitment.objects.filter(pk=commitment_id).first()
    if row is None or row.salt is None:
        return False
    return hmac.compare_digest(row.digest, commitment_digest(bytes(row.salt), value))


def commitment_digest(salt: bytes, value: str) -> str:
    """HMAC-SHA-256 of the value under the salt, as ``sha-256:<hex>``."""
    return "sha-256:" + hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()

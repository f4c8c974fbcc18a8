"""The ledger's entries about requests: that something happened, with a commitment in place of every person and word."""

from __future__ import annotations

from datetime import datetime

from apps.desk.models import Request
from apps.ledger import services as ledger
from apps.ledger.types import Kind


def record(case: Request, act: str, *, at: datetime, peer: str = "") -> None:
    """One entry; call it last in the transaction. With the salt the node can show that it is about this request.

    The subject is the commitment's own number, so entries about one request cannot be joined by anybody else. When the
    request is erased its salts go, and the entries are about nobody.
    """
    commitment = ledger.commit_personal(value=f"{case.case_number} {case.uid} {act}", at=at)
    case.commitments = [*case.commitments, commitment.id]
    Request.objects.filter(pk=case.pk).update(commitments=case.commitments)
    ledger.append(
        kind=Kind.REQUEST,
        subject=f"urn:uuid:{commitment.id}",
        payload={
            "act": act,
            "commitment": commitment.digest,
            "law": case.law or None,
            "resolution": case.resolution or None,
            "peer": peer or None,
        },
        at=at,
    )

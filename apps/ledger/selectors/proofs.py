"""A proof to hand to a stranger: everything needed to check one entry without this node."""

from __future__ import annotations

import base64
from typing import Any

from apps.core.errors import NotFound
from apps.ledger.models import Checkpoint
from apps.ledger.selectors import checkpoints, recorded, tree
from apps.ledger.types import leaves


def portable_proof(index: int) -> dict[str, Any]:
    """The entry, its audit path and the newest checkpoint that covers it, as JSON values.

    Keys: ``leaf`` (the canonical JSON text that is hashed), ``index``, ``size``, ``proof`` (base64 hashes, from the
    leaf upwards), ``checkpoint`` (the signed note with all cosignatures). Raises NotFound when there is no such entry
    or no checkpoint covers it yet.
    """
    row = recorded.entry(index)
    checkpoint = Checkpoint.objects.filter(size__gt=index).order_by("-id").first()
    if checkpoint is None:
        raise NotFound(
            f"no checkpoint covers entry {index} yet", part="index", remedy="manage.py ledger checkpoint signs one"
        )
    leaf = leaves.encode(index=row.index, at=row.at, kind=row.kind, subject=row.subject, payload=row.payload)
    return {
        "leaf": leaf.decode(),
        "index": index,
        "size": checkpoint.size,
        "proof": [base64.b64encode(step).decode() for step in tree.inclusion_proof(index, checkpoint.size)],
        "checkpoint": checkpoints.note_with_cosignatures(checkpoint),
    }

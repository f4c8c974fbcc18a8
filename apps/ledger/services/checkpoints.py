"""This node's own checkpoints: signing them and collecting the cosignatures of peers."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from apps.core import clock, guards
from apps.core.errors import NotFound
from apps.ledger.errors import HistoryLost
from apps.ledger.models import Checkpoint, Cosignature
from apps.ledger.selectors import tree
from apps.ledger.types import Key, Signer, merkle, notes

LOCK = "ledger-checkpoint"
log = logging.getLogger(__name__)


@transaction.atomic
def sign_checkpoint(*, signer: Signer, at: datetime | None = None) -> Checkpoint | None:
    """Sign the present size and root; None when nothing was appended since the last checkpoint.

    Before signing, the tree is proven to continue the last checkpoint, so that a damaged database cannot make this node
    contradict itself. Raises HistoryLost when it does not.
    """
    guards.advisory_xact_lock(LOCK)
    last = Checkpoint.objects.filter(origin=signer.name).order_by("-size").first()
    size = tree.size()
    if size == (last.size if last else 0):
        return None
    root = _continued_root(last, size)
    note = notes.sign(notes.Head(origin=signer.name, size=size, root=root).text(), signer)
    return Checkpoint.objects.create(origin=signer.name, size=size, root=root, note=note, signed_at=at or clock.now())


def record_cosignature(*, size: int, origin: str, line: str, key: Key, at: datetime | None = None) -> Cosignature:
    """Keep a witness's cosignature on this node's checkpoint of that size; the first one of a witness stays.

    Raises NotFound without such a checkpoint, BadNote (Invalid) when the line is not the key's cosignature on it.
    """
    checkpoint = Checkpoint.objects.filter(origin=origin, size=size).first()
    if checkpoint is None:
        raise NotFound(f"this node signed no checkpoint of {size} entries as {origin}", part="size")
    text = notes.parse(checkpoint.note).text
    cosigned_at = notes.open_cosignature(text, line, key)
    row, _made = Cosignature.objects.get_or_create(
        checkpoint=checkpoint,
        witness=key.name,
        defaults={
            "line": notes.parse_signature(line).line(),
            "cosigned_at": cosigned_at,
            "recorded_at": at or clock.now(),
        },
    )
    return row


def _continued_root(last: Checkpoint | None, size: int) -> bytes:
    if last is None:
        return tree.root(size)
    if size > last.size:
        root = tree.root(size)
        proof = tree.consistency_proof(last.size, size)
        old_root = bytes(last.root)
        if merkle.verify_consistency(old=last.size, new=size, old_root=old_root, new_root=root, proof=proof):
            return root
    log.error("ledger does not continue its last checkpoint", extra={"size": size, "checkpoint_size": last.size})
    raise HistoryLost(
        f"the ledger of {size} entries does not continue its own checkpoint of {last.size}",
        part="ledger",
        remedy="run manage.py ledger verify, then see docs/ledger.md",
    )

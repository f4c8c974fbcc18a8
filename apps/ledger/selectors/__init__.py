"""Reads of the ledger: entries, the tree and its proofs, checkpoints, verification."""

from apps.ledger.selectors.checkpoints import (
    forks,
    latest_checkpoint,
    latest_observed,
    note_with_cosignatures,
    summary,
    witness_heads,
    witnesses,
)
from apps.ledger.selectors.proofs import portable_proof
from apps.ledger.selectors.recorded import entries, entry, opens
from apps.ledger.selectors.tree import consistency_proof, inclusion_proof, root, size
from apps.ledger.selectors.verification import verify

__all__ = [
    "consistency_proof",
    "entries",
    "entry",
    "forks",
    "inclusion_proof",
    "latest_checkpoint",
    "latest_observed",
    "note_with_cosignatures",
    "opens",
    "portable_proof",
    "root",
    "size",
    "summary",
    "verify",
    "witness_heads",
    "witnesses",
]

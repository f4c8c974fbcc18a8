"""Reads of the ledger: entries, the tree and its proofs, checkpoints, verification."""

from apps.ledger.selectors.checkpoints import (
    forks,
    latest_checkpoint,
    latest_observed,
    note_with_cosignatures,
    observed,
    recent_checkpoints,
    summary,
    witness_heads,
    witnesses,
)
from apps.ledger.selectors.proofs import portable_proof
from apps.ledger.selectors.recorded import entries, entry, opens, search
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
    "observed",
    "opens",
    "portable_proof",
    "recent_checkpoints",
    "root",
    "search",
    "size",
    "summary",
    "verify",
    "witness_heads",
    "witnesses",
]

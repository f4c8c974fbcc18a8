"""Writes of the ledger: append, sign checkpoints, watch those of peers, commit to and erase what is personal."""

from apps.ledger.services.appending import append, append_many
from apps.ledger.services.checkpoints import record_cosignature, sign_checkpoint
from apps.ledger.services.commitments import commit_personal, erase
from apps.ledger.services.proving import prove
from apps.ledger.services.witnessing import accept_history_anew, cosign, observe_checkpoint, thin_observations

__all__ = [
    "accept_history_anew",
    "append",
    "append_many",
    "commit_personal",
    "cosign",
    "erase",
    "observe_checkpoint",
    "prove",
    "record_cosignature",
    "sign_checkpoint",
    "thin_observations",
]

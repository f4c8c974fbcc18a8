"""Writes of peers: identity, trust, standing, rotations, checkpoints, and who is asking."""

from apps.peers.services.authentication import authenticate, sign_answer
from apps.peers.services.checkpoints import (
    due_exchanges,
    exchange_checkpoint,
    offer_checkpoint,
    receive_checkpoint,
)
from apps.peers.services.housekeeping import prune_nonces
from apps.peers.services.identity import advance_keys, ensure_identity, revoke_key, rotate_key
from apps.peers.services.rotations import accept_rotation, deliver_notice, due_notices
from apps.peers.services.standing import distrust, remove, resume, suspend
from apps.peers.services.trust import confirm_peer, fingerprint_of, propose_peer, trust_from_file

__all__ = [
    "accept_rotation",
    "advance_keys",
    "authenticate",
    "confirm_peer",
    "deliver_notice",
    "distrust",
    "due_exchanges",
    "due_notices",
    "ensure_identity",
    "exchange_checkpoint",
    "fingerprint_of",
    "offer_checkpoint",
    "propose_peer",
    "prune_nonces",
    "receive_checkpoint",
    "remove",
    "resume",
    "revoke_key",
    "rotate_key",
    "sign_answer",
    "suspend",
    "trust_from_file",
]

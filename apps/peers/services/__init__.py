"""Writes of peers: identity, trust, standing, rotations, checkpoints, and who is asking."""

from apps.peers.services.authentication import authenticate, sign_answer

__all__ = ["authenticate", "sign_answer"]

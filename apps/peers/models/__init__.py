"""Tables of peers, one noun per file. Written by ``services``; the breaker's columns also by ``clients``."""

from apps.peers.models.duties import CheckpointWatch, RotationNotice
from apps.peers.models.node_keys import NodeKey
from apps.peers.models.nonces import Nonce
from apps.peers.models.peers import Peer, PeerKey
from apps.peers.models.trust import TrustConfirmation

__all__ = ["CheckpointWatch", "NodeKey", "Nonce", "Peer", "PeerKey", "RotationNotice", "TrustConfirmation"]

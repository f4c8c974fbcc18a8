"""Outbound HTTP to other nodes: ``send`` to trusted peers, ``fetch_document`` from anybody."""

from apps.peers.clients.calls import send
from apps.peers.clients.documents import fetch_document, understand
from apps.peers.clients.transport import forget_connections

__all__ = ["fetch_document", "forget_connections", "send", "understand"]

"""Dataspace Protocol 2025-1 as pure Python: every message built and parsed strictly, policies compared by meaning.

Plain JSON against the official schemas, no JSON-LD processor: policies are kept and echoed verbatim and compared
through a small CURIE→IRI normaliser. Everything malformed raises ``BadMessage`` naming the part.

``catalogue``, ``negotiation``, ``transfer`` and ``version`` hold one message class each per wire type; ``policy`` holds
what is known about ODRL offers and agreements; ``document`` reads the bytes of a body.
"""

from apps.wire.dsp import catalogue, document, iris, negotiation, policy, transfer, version
from apps.wire.dsp.message import CONTEXT, Message

__all__ = ["CONTEXT", "Message", "catalogue", "document", "iris", "negotiation", "policy", "transfer", "version"]

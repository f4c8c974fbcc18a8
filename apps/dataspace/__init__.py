"""Dataspace: the Dataspace Protocol 2025-1 over HTTPS – version document, catalogue, negotiation, transfer control.

Owns: URLs, the mapping of errors to protocol errors, signed answers. Does not own: any table, any rule
(``apps.agreements``), the form of messages (``apps.wire.dsp``), who a peer is (``apps.peers``), the data
(``apps.peering``).
Read first: ``urls``, then ``exchange``.
"""

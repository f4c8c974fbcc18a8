"""Peering: the edge at which nodes talk to each other, data plane and keys.

Owns: the URLs ``/.well-known/did.json`` and ``/peering/v1/…``. Does not own: any table, any rule – every view parses,
makes one domain call and renders. Who asks and how an answer is signed is ``peers.services``.
Read first: ``authentication``, then ``docs/protocol.md``.
"""

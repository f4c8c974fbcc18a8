"""Peers: who this node is, and which other cities' nodes it trusts.

Owns: this node's keys (private halves as files of mode 0600, public halves as rows) and its identity document; peers,
their pinned keys and the trust ceremony; remembered nonces; the circuit breaker and the one outbound HTTP client;
the duties of telling peers about new keys and of exchanging ledger checkpoints.
Does not own: how a signature or a document is written (``wire``), the ledger itself (``ledger``), what a peer may read
(``agreements``, ``provider``), any URL (``peering``, ``dataspace``).
Read first: ``states`` for the life of a peer and of a key, then ``services.authenticate`` and ``clients.send``.
"""

"""Ledger: what this node disclosed, received and decided, so that nobody, its own city included, rewrites it.

Owns: the append-only Merkle log (RFC 6962), its signed checkpoints, the cosignatures of peers, the checkpoints observed
of peers, evidence of forks, salted commitments to personal data. Subjects are plain URIs.
Does not own: keys (a ``Signer`` is handed in) nor the exchange with peers (``peers``).
Read first: ``types.kinds`` and ``types.payloads`` for what is recorded, then ``docs/ledger.md``.
"""

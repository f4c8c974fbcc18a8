"""Catalogue: datasets over datastreams, their versioned terms, and who released them.

Owns: datasets, which datastreams belong to them, immutable versions of terms, the signatures of steward, owner and
gatekeeper. Does not own: what a clause means (``policies``), who agreed to what (``agreements``), applying terms to
data (``provider``). Read first: ``states``, then ``services``.
"""

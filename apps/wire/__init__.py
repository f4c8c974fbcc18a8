"""What two nodes say to each other, and how each proves who said it.

Owns: canonical JSON, keys and their fingerprints, ``did:web`` documents, HTTP message signatures, signed
envelopes, the typed messages inside them, pages of observations, feed cursors and digests.
Does not own: which key is trusted (``peers``), what may be disclosed (``policies``, ``provider``), any
connection, any table. Pure Python: no Django here, so that it can be read, tested and reused alone.
Read first: ``docs/protocol.md``, then ``errors.py`` and ``signatures.py``.
"""

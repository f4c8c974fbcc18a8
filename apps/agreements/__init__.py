"""Agreements: what this node offers to peers, what it asks of them, and what both have signed.

Owns: offers, negotiations and their messages, agreements, transfers, and the outbox that carries our messages to peers.
Does not own: the wire format (``apps.wire.dsp``), terms (``apps.policies``), URLs (``apps.dataspace``), the data itself
(``apps.provider``, ``apps.consumer``).
Read first: ``states`` (every state and transition in one table), then ``services`` and ``selectors``.
"""

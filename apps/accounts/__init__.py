"""Accounts: who may act on this node, and the one gate that says what they may do.

Owns: users (persons, peers, services), departments, roles, object permissions (django-guardian), API tokens.
Does not own: what a permission means – each app declares its own on its models – nor the trust in a peer (``peers``).
Read first: ``types`` for the words, then ``selectors.may``: the one gate, which asks the database every time.
"""

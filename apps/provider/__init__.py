"""Provider: what a peer may read of our data now, and how it is taken back.

Owns: pages disclosed, hints owed to consumers, withdrawals with their notices and receipts.
Does not own: the terms (``policies``), the agreement (``agreements``), the rows (``sensors``), HTTP (``peering``).
Read first: ``docs/decisions/0006-feed.md``, then ``services/disclosing.py`` and ``selectors/pages.py``.
"""

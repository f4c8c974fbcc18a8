"""Consumer: what this node holds of other cities' data, and how it keeps its promises about it.

Owns: subscriptions, pages received, replica streams, purges and their receipts, comparisons with the owner.
Does not own: the agreement (``agreements``), the rows (``sensors``, under the owner's origin), the owner's side
(``provider``, which this app never imports: the two meet in ``wire``).
Read first: ``docs/decisions/0006-feed.md``, then ``services/pulling.py`` and ``services/applying.py``.
"""

"""From trees of the query language to SQL over what the principal sees (``sight``); every value is bound.

Read first: ``scope``, then ``conditions.condition``.
"""

"""The language of ``$filter`` and ``$orderby`` (OGC 18-088, section 9.3.3): text to trees, pure Python.

Read first: ``tree``, then ``parsing.expression``.
"""

"""Policies: the language of terms – parse, evaluate, render as ODRL and as plain German and English. Pure Python.

Owns: what a clause means. Does not own: any table, SQL or HTTP; who applies the terms (``provider`` at source).
Read first: ``terms``, then ``docs/terms.md``.
"""

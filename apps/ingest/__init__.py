"""The edge where readings enter the node: recordings and tables (CSV), HTTP, messages of the field, the simulator.

Owns: reading foreign formats and saying, cell by cell, what became of them. No tables.
Does not own: observations, batches and quarantine rows (``sensors``), sources and mappings (``sources``), tokens
(``accounts``).
Read first: ``docs/intake.md``, then ``recordings.py`` (files), ``views.py`` and ``messages.py`` (HTTP), ``payloads``.
"""

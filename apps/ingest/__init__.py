"""The edge where readings enter the node: recordings (CSV files), the HTTP intake, the simulator, quarantine replay.

Owns: reading foreign formats and saying, cell by cell, what became of them. No tables.
Does not own: observations, batches and quarantine rows (``sensors``), tokens (``accounts``).
Read first: ``docs/intake.md``, then ``recordings.py`` (files), ``readings.py`` (HTTP), ``simulator.py``.
"""

"""Sensors: things, datastreams and their observations – this city's own and replicas of others'.

Owns: the SensorThings entities, the partitioned table of observations, batches and their numbers, tombstones,
corrections, quarantine, the epoch. Every write of observations is a batch; the sequencer numbers what is visible.

Does not own: who may see what (``catalogue``, ``agreements``), payload formats (``ingest``), pages and cursors
(``provider``, ``consumer``, ``wire``).

Read first: ``types`` (readings as columns), then ``services.record`` and docs/decisions/0005-observations.md.
"""

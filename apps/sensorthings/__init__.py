"""The SensorThings edge: OGC SensorThings API 1.1 (OGC 18-088) at ``/sta/v1.1``.

Owns: paths, query options, compiling them to SQL, JSON on the wire. Does not own: the entities (``sensors``), who may
see what (``holdings``). No tables.
Read first: ``docs/sensorthings.md``, then ``entities.py``.
"""

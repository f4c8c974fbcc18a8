"""Embedded: PostgreSQL 18 and a Redis-protocol server from PyPI, driven directly.

Owns: their processes and data folders for the demo, the benchmarks and the tests. A production node never uses it.
Read first: ``postgres``.
"""

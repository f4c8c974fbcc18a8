"""Benchmarks: whole duties of a node against a stated reference in the same run. Ratios count, not seconds.

Each module has ``run(*, rows) -> list[Result]``; it makes its own input and cleans up. Read first: ``results``.
"""

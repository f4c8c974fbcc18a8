"""Staging: what the demo does inside one node, through the same services that people and peers use.

``prepare`` (identity and accounts) → ``publish`` (datasets, terms, offers) → ``ask`` (agreements) → ``report``.
"""

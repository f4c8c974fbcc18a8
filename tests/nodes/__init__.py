"""Whole nodes: processes, databases and Valkey of real cities, driven from outside, committing for real."""

"""Reads of agreements: what is in force, what a peer offers, why somebody cannot see something."""

from apps.agreements.selectors.agreements import active, find, in_force, successor

__all__ = ["active", "find", "in_force", "successor"]

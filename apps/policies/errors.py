"""What can be wrong with terms; each error names the part at fault and the way out."""

from __future__ import annotations


class PolicyError(Exception):
    """``part`` is the clause at fault, ``remedy`` the way out."""

    def __init__(self, message: str, *, part: str, remedy: str) -> None:
        super().__init__(f"{part}: {message} ({remedy})")
        self.message = message
        self.part = part
        self.remedy = remedy


class UnknownTerm(PolicyError):
    """A clause, or a value of one, that this node does not understand: it fails closed."""


class ContradictoryTerms(PolicyError):
    """Two clauses that cannot hold together."""

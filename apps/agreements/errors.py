"""Errors of agreements, all below the one tree in ``core.errors``.

StateConflict ── InvalidMove
Conflict ── AlreadyAgreed
Invalid ── PolicyMismatch, UnknownFormat
"""

from __future__ import annotations

from apps.core.errors import Conflict, Invalid, StateConflict


class InvalidMove(StateConflict):
    """The table of states has no such transition; the protocol answers it with 400."""

    default_code = "invalid-transition"


class AlreadyAgreed(Conflict):
    """There is an agreement in force for this already."""

    default_code = "already-agreed"


class PolicyMismatch(Invalid):
    """The policy is not the one that was offered."""

    default_code = "policy-mismatch"


class UnknownFormat(Invalid):
    """The transfer format is none that this node announces."""

    default_code = "unknown-format"

"""Which terms let everybody read: public ones that this node understands, that name no purpose and are not over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.policies import evaluation
from apps.policies import terms as language
from apps.policies.errors import PolicyError
from apps.policies.evaluation import Request
from apps.policies.terms import Terms


def understood(mapping: Mapping[str, Any]) -> Terms | None:
    """The terms, or None where this node cannot read them: what is not understood lets nothing out."""
    try:
        return language.parse(mapping)
    except PolicyError:
        return None


def open_to_all(mapping: Mapping[str, Any], *, since: datetime | None, at: datetime) -> Terms | None:
    """The terms if they let everybody read at ``at``, else None.

    ``since`` is when they came into force (a release, an agreement's signing), from where a validity counts. Who just
    reads names no purpose, so terms for certain purposes are not open to all.
    """
    terms = understood(mapping)
    if terms is None or terms.visibility != "public":
        return None
    request = Request(recipient="", purpose="", at=at, signed_at=since)
    return terms if evaluation.evaluate(terms, request).allowed else None

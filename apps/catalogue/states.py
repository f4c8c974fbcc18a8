"""The life of one version of terms, declared in one place; the database holds it too (migration 0002)."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TermsState(TextChoices):
    """Where a version of terms stands. Only a draft can be edited."""

    DRAFT = "draft", _("draft")
    PREPARED = "prepared", _("prepared, waiting for signatures")
    RELEASED = "released", _("released")
    SUPERSEDED = "superseded", _("superseded by a newer version")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: Final[dict[TermsState, frozenset[TermsState]]] = {
    TermsState.DRAFT: frozenset({TermsState.PREPARED}),
    TermsState.PREPARED: frozenset({TermsState.RELEASED, TermsState.WITHDRAWN}),
    TermsState.RELEASED: frozenset({TermsState.SUPERSEDED, TermsState.WITHDRAWN}),
    TermsState.SUPERSEDED: frozenset(),
    TermsState.WITHDRAWN: frozenset(),
}


def may_become(state: str, target: str) -> bool:
    """Whether a version in ``state`` may move to ``target``."""
    return TermsState(target) in TRANSITIONS[TermsState(state)]

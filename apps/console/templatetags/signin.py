"""``{% load signin %}``: what somebody has to sign in with."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django import template

register = template.Library()


@register.filter
def holds(person: Any, kind: str) -> bool:
    """Whether a person has a second factor of this kind: ``totp``, ``webauthn`` or ``recovery_codes``."""
    return bool(is_mfa_enabled(person, [kind]))


@register.filter
def grouped(secret: str) -> str:
    """Letters in fours, as people copy them; apps take them with the spaces."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))

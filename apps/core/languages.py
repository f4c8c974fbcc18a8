"""Which of the node's two languages somebody reads."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language

Language = Literal["de", "en"]


def current() -> Language:
    """The language that is active in this thread: English where it was chosen, German in every other case."""
    return "en" if (get_language() or "de").startswith("en") else "de"

"""Amounts of money as people read them."""

from __future__ import annotations

from django.utils.formats import number_format


def euros(cents: int) -> str:
    """Cents as euros with two decimals, as the active language writes them."""
    return number_format(cents / 100, 2)

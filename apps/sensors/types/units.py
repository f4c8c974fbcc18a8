"""Units of measurement, as their symbols stand in UCUM."""

from __future__ import annotations

PLAIN_NUMBER = "1"


def shown_unit(symbol: str) -> str:
    """A unit as people write it: a plain number has none."""
    return "" if symbol == PLAIN_NUMBER else symbol

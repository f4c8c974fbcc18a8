"""One cell to a number. Strict: only plain ASCII decimals; ``nan``, ``1_000`` and Arabic digits never slip in."""

from __future__ import annotations

import math
import re

DECIMAL = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,4})?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d{1,40},\d{1,40}", re.ASCII)


class Numbers(dict[str, float]):
    """A memory of cells read before: text → number, NaN for whatever is not a plain finite number."""

    def __missing__(self, text: str) -> float:
        value = number(text)
        if len(self) < 100_000:
            self[text] = value
        return value


def number(text: str) -> float:
    """The finite number in ``text``; NaN where there is none (ask ``why_not`` then). −0 becomes 0."""
    plain = text.strip(" \t")
    if DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if not DECIMAL.fullmatch(plain):
        return math.nan
    value = float(plain)
    return value + 0.0 if math.isfinite(value) else math.nan


def why_not(text: str) -> tuple[str, str]:
    """Reason and detail for a cell that ``number`` could not read."""
    plain = text.strip().lower()
    if DECIMAL.fullmatch(plain) or plain.lstrip("+-") in {"nan", "inf", "infinity", "#num!"}:
        return "not-finite", f"{text[:60]!r} is not a finite number"
    return "unreadable-value", f"{text[:60]!r} is neither a number nor a word we know"

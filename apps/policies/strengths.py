"""How strong a clause is: enforced at the source, cooperative (done by our nodes, proven by receipts), declared."""

from __future__ import annotations

from typing import Final, Literal

Strength = Literal["enforced", "cooperative", "declared"]

STRENGTHS: Final[dict[str, Strength]] = {
    "recipient": "enforced",
    "visibility": "enforced",
    "resolution": "enforced",
    "statistics": "enforced",
    "delay": "enforced",
    "window": "enforced",
    "grid_m": "enforced",
    "suppress_below": "enforced",
    "expires_at": "enforced",
    "valid_for": "enforced",
    "retention": "cooperative",
    "onward": "cooperative",
    "purposes": "declared",
}

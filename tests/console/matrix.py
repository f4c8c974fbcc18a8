"""Who may use which address of the console, and how: the table that the gate is held against.

One line an address: its name, what its path needs, and for each method the roles that get through the gate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.accounts.types import Role

S, OW, G, D, A = Role.STEWARD, Role.OWNER, Role.GATEKEEPER, Role.DESK, Role.ADMINISTRATOR
EVERY = frozenset(Role)
NOBODY: frozenset[Role] = frozenset()
NOWHERE = "8f14e45f-ceea-467f-8d3e-8b2f7a1c9d10"


@dataclass(frozen=True)
class Line:
    """One address: the roles that may look (GET) and those that may act (POST)."""

    look: frozenset[Role] = NOBODY
    act: frozenset[Role] = NOBODY
    needs: dict[str, Any] = field(default_factory=dict)


MATRIX: dict[str, Line] = {
    "today": Line(EVERY),
    "requests": Line(look=frozenset({D})),
    "request": Line(look=frozenset({D}), needs={"number": "BI-2026-00001"}),
    "request-act": Line(act=frozenset({D}), needs={"number": "BI-2026-00001", "act": "take"}),
    "request-file": Line(look=frozenset({D}), needs={"number": "BI-2026-00001", "uid": NOWHERE}),
    "request-file-act": Line(act=frozenset({D}), needs={"number": "BI-2026-00001", "uid": NOWHERE, "act": "show"}),
}

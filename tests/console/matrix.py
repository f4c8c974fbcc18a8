"""Who may use which address of the console, and how: the table that the gate is held against.

One line an address: its name, the roles that may look (GET) and act (POST), and what its path needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.accounts.types import Role

ROLES = {"S": Role.STEWARD, "O": Role.OWNER, "G": Role.GATEKEEPER, "D": Role.DESK, "A": Role.ADMINISTRATOR}
SET = {"identifier": "no-such-dataset"}
VERSION = {**SET, "number": 1}
SOURCE = {"slug": "no-such-source"}
ROW = {"key": 987654321}
NOWHERE = "8f14e45f-ceea-467f-8d3e-8b2f7a1c9d10"
CASE = {"number": "BI-2026-00001"}


@dataclass(frozen=True)
class Line:
    """One address; the roles by their first letters (Steward, Owner, Gatekeeper, Desk, Administrator)."""

    look: str = ""
    act: str = ""
    needs: dict[str, Any] = field(default_factory=dict)

    @property
    def lookers(self) -> frozenset[Role]:
        """Who gets through with GET."""
        return frozenset(ROLES[letter] for letter in self.look)

    @property
    def actors(self) -> frozenset[Role]:
        """Who gets through with POST."""
        return frozenset(ROLES[letter] for letter in self.act)


MATRIX: dict[str, Line] = {
    "today": Line("SOGDA"),
    "datasets": Line("SOGA"),
    "dataset-new": Line("S", "S"),
    "dataset": Line("SOGA", needs=SET),
    "dataset-describe": Line("S", "S", SET),
    "dataset-members": Line("SO", "SO", SET),
    "dataset-offer": Line(act="O", needs=SET),
    "terms-new": Line("S", "S", SET),
    "terms-version": Line("SOGA", needs=VERSION),
    "terms-prepare": Line(act="S", needs=VERSION),
    "terms-gate": Line(act="G", needs=VERSION),
    "terms-release": Line(act="O", needs=VERSION),
    "terms-withdraw": Line(act="OG", needs=VERSION),
    "offer-close": Line(act="O", needs=ROW),
    "agreements": Line("SOGA"),
    "offers": Line("SOGA"),
    "ask": Line(act="O", needs=ROW),
    "negotiation": Line("SOGA", needs=ROW),
    "negotiation-decide": Line(act="O", needs=ROW),
    "negotiation-stop": Line(act="O", needs=ROW),
    "message-retry": Line(act="OA", needs=ROW),
    "agreement": Line("SOGA", needs=ROW),
    "agreement-withdraw": Line("O", "O", ROW),
    "agreement-give-up": Line("O", "O", ROW),
    "agreement-renew": Line(act="O", needs=ROW),
    "agreement-pause": Line(act="O", needs=ROW),
    "agreement-resume": Line(act="O", needs=ROW),
    "explain": Line("SOGA"),
    "sync": Line("SOGA"),
    "replica": Line("SOGA", needs=ROW),
    "replica-chart": Line("SOGA", needs=ROW),
    "replica-compare": Line(act="OA", needs=ROW),
    "replica-rebuild": Line(act="OA", needs=ROW),
    "sensors": Line("SOGA"),
    "sensor": Line("SOGA", needs=ROW),
    "sensor-rule": Line(act="SA", needs=ROW),
    "sensor-chart": Line("SOGA", needs=ROW),
    "quarantine": Line("SOGA"),
    "quarantine-dismiss": Line(act="SA"),
    "quarantine-replay": Line(act="SA"),
    "piece": Line("SOGA", needs=ROW),
    "piece-place": Line(act="SA", needs=ROW),
    "sources": Line("SOGA"),
    "source-new": Line("SA", "SA"),
    "tables": Line("SA", "SA"),
    "table": Line("SA", "SA", ROW),
    "source": Line("SOGA", needs=SOURCE),
    "source-token": Line(act="SA", needs=SOURCE),
    "source-revoke": Line(act="SA", needs=SOURCE),
    "source-switch": Line(act="SA", needs=SOURCE),
    "source-meaning": Line("SA", "SA", SOURCE),
    "source-ignore": Line(act="SA", needs=SOURCE),
    "source-unmap": Line(act="SA", needs=SOURCE),
    "peers": Line("SOGA"),
    "peer-new": Line("A", "A"),
    "peer": Line("SOGA", needs=ROW),
    "peer-confirm": Line(act="A", needs=ROW),
    "peer-suspend": Line(act="A", needs=ROW),
    "peer-resume": Line(act="A", needs=ROW),
    "peer-remove": Line(act="A", needs=ROW),
    "peer-distrust": Line(act="A", needs=ROW),
    "ledger": Line("SOGA"),
    "checkpoints": Line("SOGA"),
    "entry": Line("SOGA", needs={"index": 987654321}),
    "proof": Line("SOGA", needs={"index": 987654321}),
    "people": Line("A"),
    "person-new": Line("A", "A"),
    "department-new": Line("A", "A"),
    "person": Line("A", needs=ROW),
    "role-give": Line(act="A", needs=ROW),
    "role-take": Line(act="A", needs=ROW),
    "person-switch": Line(act="A", needs=ROW),
    "person-password": Line(act="A", needs=ROW),
    "person-admit": Line(act="A", needs=ROW),
    "person-disarm": Line(act="A", needs=ROW),
    "requests": Line("D"),
    "request-figures": Line("D"),
    "texts": Line("DA"),
    "text-new": Line("DA", "DA"),
    "text": Line("DA", "DA", {"key": "no-such-text"}),
    "text-remove": Line(act="DA", needs={"key": "no-such-text"}),
    "request": Line("D", needs=CASE),
    "request-act": Line(act="D", needs={**CASE, "act": "take"}),
    "request-file": Line("D", needs={**CASE, "uid": NOWHERE}),
    "request-file-act": Line(act="D", needs={**CASE, "uid": NOWHERE, "act": "show"}),
}

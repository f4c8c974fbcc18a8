"""May this peer have this now? Every clause says ok or not, how strong it is, and why – in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from apps.policies.strengths import STRENGTHS
from apps.policies.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks (DID; ``""`` for the public), for what, and when (aware). ``signed_at`` None: not yet agreed."""

    recipient: str
    purpose: str
    at: datetime
    signed_at: datetime | None = None
    is_internal: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one clause says to the request."""

    clause: str
    ok: bool
    strength: str
    reason_de: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Decision:
    """``allowed`` only when every clause agrees; ``outcomes`` explains it clause by clause."""

    outcomes: tuple[Outcome, ...]

    @property
    def allowed(self) -> bool:
        """True when no clause objects."""
        return all(outcome.ok for outcome in self.outcomes)


def evaluate(terms: Terms, request: Request) -> Decision:
    """Weigh visibility, purpose and expiry; the other clauses shape the data rather than the answer."""
    return Decision((_visibility(terms, request), _purpose(terms, request), _expiry(terms, request)))


def _visibility(terms: Terms, request: Request) -> Outcome:
    if request.is_internal or terms.visibility == "public":
        return _outcome("visibility", True, "Für diese Stelle sichtbar.", "Visible to this party.")
    if terms.visibility == "peers" and request.recipient:
        return _outcome("visibility", True, "Für Partnerstädte freigegeben.", "Released to peer cities.")
    return _outcome(
        "visibility",
        False,
        "Der Datensatz ist nur intern freigegeben." if terms.visibility == "internal" else "Nur für Partnerstädte.",
        "The dataset is internal." if terms.visibility == "internal" else "For peer cities only.",
    )


def _purpose(terms: Terms, request: Request) -> Outcome:
    if not terms.purposes or request.is_internal:
        return _outcome("purposes", True, "Jeder Zweck ist erlaubt.", "Any purpose is allowed.")
    allowed = ", ".join(terms.purposes)
    if request.purpose in terms.purposes:
        return _outcome("purposes", True, f"Der Zweck {request.purpose} ist erlaubt.", f"{request.purpose} is allowed.")
    return _outcome(
        "purposes",
        False,
        f"Der Zweck {request.purpose or '(keiner)'} ist nicht erlaubt; erlaubt: {allowed}.",
        f"The purpose {request.purpose or '(none)'} is not allowed; allowed: {allowed}.",
    )


def _expiry(terms: Terms, request: Request) -> Outcome:
    limit = terms.expires_at if request.signed_at is None else terms.expiry(request.signed_at)
    if limit is None:
        return _outcome("expires_at", True, "Ohne Ablaufdatum.", "Without an expiry.")
    day = limit.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    if request.at < limit:
        return _outcome("expires_at", True, f"Gilt bis {day}.", f"Valid until {day}.")
    return _outcome("expires_at", False, f"Abgelaufen am {day}.", f"Expired on {day}.")


def _outcome(clause: str, ok: bool, reason_de: str, reason_en: str) -> Outcome:
    return Outcome(clause, ok, STRENGTHS[clause], reason_de, reason_en)

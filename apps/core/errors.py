"""The one error tree. Every error names the part at fault and the way out.

OwlError
├── Invalid (400)            ├── TooLarge (413)
├── Unauthenticated (401)    ├── Throttled (429)
├── NotPermitted (403)       ├── Unavailable (503)
├── NotFound (404)           ├── LeaseLost
├── Gone (410)               └── PeerError ── PeerUnreachable, PeerRefused, ClockSkew, UntrustedPeer
└── Conflict (409) ── StateConflict
"""

from __future__ import annotations


class OwlError(Exception):
    """Something the caller must know; ``status`` is what an HTTP edge answers with."""

    status = 500
    default_code = "error"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        part: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.part = part
        self.remedy = remedy


class Invalid(OwlError):
    """The input cannot be understood or is impossible."""

    status = 400
    default_code = "invalid"


class Unauthenticated(OwlError):
    """Nobody, or nobody known, is asking."""

    status = 401
    default_code = "unauthenticated"


class NotPermitted(OwlError):
    """A known principal lacks the right."""

    status = 403
    default_code = "not-permitted"


class NotFound(OwlError):
    """There is no such thing for this principal."""

    status = 404
    default_code = "not-found"


class Gone(OwlError):
    """It was here and has ended for good."""

    status = 410
    default_code = "gone"


class Conflict(OwlError):
    """The present state of things stands against it."""

    status = 409
    default_code = "conflict"


class StateConflict(Conflict):
    """A state machine has no such transition."""

    default_code = "state-conflict"


class TooLarge(OwlError):
    """More bytes, rows or depth than this node takes at once."""

    status = 413
    default_code = "too-large"


class Throttled(OwlError):
    """Too many calls in too short a time."""

    status = 429
    default_code = "throttled"


class Unavailable(OwlError):
    """For now this cannot be done; trying again later can help."""

    status = 503
    default_code = "unavailable"


class LeaseLost(OwlError):
    """Another worker took over this duty; nothing of ours may be written any more."""

    default_code = "lease-lost"


class PeerError(OwlError):
    """Something between this node and a peer went wrong."""

    status = 502
    default_code = "peer-error"


class PeerUnreachable(PeerError):
    """No answer from the peer: name, connection, TLS, time-out, or its breaker is open."""

    default_code = "peer-unreachable"


class PeerRefused(PeerError):
    """The peer answered with an error; ``peer_status`` is its HTTP status, ``peer_code`` its word for it."""

    default_code = "peer-refused"

    def __init__(self, message: str, *, peer_status: int, peer_code: str = "", remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.peer_status = peer_status
        self.peer_code = peer_code


class ClockSkew(PeerError):
    """The two clocks differ too much; ``offset_seconds`` is the peer's clock minus ours."""

    status = 401
    default_code = "clock-skew"

    def __init__(self, message: str, *, offset_seconds: float, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.offset_seconds = offset_seconds


class UntrustedPeer(PeerError):
    """The peer is not, or no longer, trusted."""

    status = 403
    default_code = "untrusted-peer"

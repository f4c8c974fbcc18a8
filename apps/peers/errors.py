"""Errors of peers, all below the one tree in ``core.errors``.

Unavailable ── KeyFileUnsafe, KeyMissing
Unauthenticated ── Replayed
PeerUnreachable ── AddressRefused, BreakerOpen
PeerRefused ── Refused, Redirected
PeerError ── AnswerTooLarge, AnswerUnproven
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.core.errors import PeerError, PeerRefused, PeerUnreachable, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from apps.peers.types import Answer


class KeyFileUnsafe(Unavailable):
    """Others than the node's own user can read a private key: the node does not start with it."""

    default_code = "key-file-unsafe"


class KeyMissing(Unavailable):
    """The table names a key whose private half is not on disk, or there is no key at all yet."""

    default_code = "key-missing"


class Replayed(Unauthenticated):
    """This very request was received before."""

    default_code = "replayed"


class AddressRefused(PeerUnreachable):
    """The peer's name leads to an address this node does not connect to."""

    default_code = "address-refused"


class BreakerOpen(PeerUnreachable):
    """The peer has failed repeatedly and is left alone for a while."""

    default_code = "breaker-open"


class Refused(PeerRefused):
    """The peer answered with an error; ``answer`` is the answer in full, as a notice may be in it."""

    def __init__(self, message: str, *, answer: Answer, peer_code: str = "", remedy: str | None = None) -> None:
        super().__init__(message, peer_status=answer.status, peer_code=peer_code, remedy=remedy)
        self.answer = answer


class Redirected(Refused):
    """The peer pointed elsewhere; redirects are never followed."""

    default_code = "peer-redirected"


class AnswerTooLarge(PeerError):
    """The answer has more bytes than the caller allows."""

    default_code = "answer-too-large"


class AnswerUnproven(PeerError):
    """The answer is not, or not rightly, signed by the peer that was asked."""

    default_code = "answer-unproven"

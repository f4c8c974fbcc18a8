"""What can go wrong with a page that a trusted owner sent."""

from __future__ import annotations

from apps.core.errors import PeerError


class BadPageReceived(PeerError):
    """The owner's answer is signed, yet it is no proper page of this agreement."""

    default_code = "bad-page"


class PageOutOfTurn(PeerError):
    """The replica has moved on since this page was asked for; it is thrown away."""

    default_code = "page-out-of-turn"

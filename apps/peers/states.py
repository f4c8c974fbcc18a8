"""The lives of a peer, of a key of ours and of the circuit breaker, each as one table."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PeerState(TextChoices):
    """How far a peer is trusted. Only ``trusted`` may ask or is asked anything."""

    PROPOSED = "proposed", _("proposed")
    TRUSTED = "trusted", _("trusted")
    SUSPENDED = "suspended", _("suspended")
    REMOVED = "removed", _("removed")


PEER_TRANSITIONS: Final[dict[PeerState, frozenset[PeerState]]] = {
    PeerState.PROPOSED: frozenset({PeerState.TRUSTED, PeerState.REMOVED}),
    PeerState.TRUSTED: frozenset({PeerState.SUSPENDED, PeerState.REMOVED, PeerState.PROPOSED}),
    PeerState.SUSPENDED: frozenset({PeerState.TRUSTED, PeerState.REMOVED, PeerState.PROPOSED}),
    PeerState.REMOVED: frozenset({PeerState.PROPOSED}),
}


class TrustSource(TextChoices):
    """On whose word a peer is trusted."""

    NONE = "none", _("nobody's yet")
    CEREMONY = "ceremony", _("two administrators")
    FILE = "file", _("a prepared trust file")


class NodeKeyState(TextChoices):
    """The life of one of this node's own keys.

    ``announced``: published, but peers are still being told, so the one before goes on signing. ``current``: signs.
    ``retiring``: signs no more, still published. ``retired`` and ``revoked``: not published any more.
    """

    ANNOUNCED = "announced", _("announced")
    CURRENT = "current", _("current")
    RETIRING = "retiring", _("retiring")
    RETIRED = "retired", _("retired")
    REVOKED = "revoked", _("revoked")


PUBLISHED: Final = (NodeKeyState.ANNOUNCED, NodeKeyState.CURRENT, NodeKeyState.RETIRING)


class Breaker(TextChoices):
    """Whether a peer is called at all: ``half-open`` lets one single call through to find out."""

    CLOSED = "closed", _("closed")
    OPEN = "open", _("open")
    HALF_OPEN = "half-open", _("half-open")


CONFIRMATIONS_NEEDED: Final = 2

KEY_LIFETIME: Final = timedelta(days=730)
ROTATE_BEFORE_EXPIRY: Final = timedelta(days=60)
OVERLAP: Final = timedelta(days=30)
LONGEST_KEY_LIFETIME: Final = timedelta(days=1100)
LONGEST_OVERLAP: Final = timedelta(days=90)

BREAKER_THRESHOLD: Final = 3
BREAKER_BASE_SECONDS: Final = 2.0
BREAKER_CAP_SECONDS: Final = 300.0

"""The words of agreements that are not states."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

FEED_FORMAT = "OwlFeed-PULL"
"""The one transfer format that this node announces and asks for (docs/protocol.md)."""


class OfferState(TextChoices):
    """Whether peers see an offer."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Decision(TextChoices):
    """What a person, or a standing offer, decided about a negotiation."""

    NONE = "", _("none")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")


class Direction(TextChoices):
    """Which way a message went."""

    IN = "in", _("received")
    OUT = "out", _("sent")


class Outcome(TextChoices):
    """What became of a message in the outbox."""

    PENDING = "pending", _("pending")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    REFUSED = "refused", _("refused")
    DROPPED = "dropped", _("no longer needed")


class Halt(TextChoices):
    """Why data do not flow although the peer may not have acknowledged it yet."""

    NONE = "", _("not halted")
    HERE = "here", _("stopped by this node")
    PEER = "peer", _("stopped by the peer")
    TRUST = "trust", _("the peer is suspended")

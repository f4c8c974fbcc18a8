"""The words of agreements that are not states."""

from __future__ import annotations

import uuid

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


END_CODE = "agreement-"
"""A transfer termination whose code is this and a kind of end says that the agreement itself has ended."""


def new_urn() -> str:
    """A fresh ``urn:uuid:…``."""
    return f"urn:uuid:{uuid.uuid4()}"


def dataset_urn(did: str, identifier: str) -> str:
    """The dataset's identifier on the wire: the same for ever, safe in a path, telling nothing of its own."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{did}/datasets/{identifier}')}"


def catalogue_urn(did: str) -> str:
    """The identifier of a node's catalogue on the wire."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{did}/catalogue')}"

"""The small vocabularies of the desk's tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KEEP_DAYS: Final[Mapping[str, int]] = MappingProxyType(
    {"granted": 365, "partly": 730, "refused": 730, "not-held": 365, "withdrawn": 90}
)
"""How many days a closed request is kept by its outcome, unless the city set something else (``RetentionRule``)."""


class RequesterKind(TextChoices):
    """Who asks: the IFG gives its right to natural persons, the UIG to everybody."""

    PERSON = "person", _("a person")
    ORGANISATION = "organisation", _("an association, company or office")


class AuthorKind(TextChoices):
    """Who wrote a message."""

    CITIZEN = "citizen", _("requester")
    DESK = "desk", _("request desk")
    PEER = "peer", _("other city")


class MessageKind(TextChoices):
    """What a message in the thread is about."""

    NOTE = "message", _("message")
    CLARIFICATION = "clarification", _("question")
    ANSWER = "answer", _("answer")
    EXTENSION = "extension", _("the deadline was extended")
    HEARING = "hearing", _("a third party is heard")
    FEE = "fee", _("fee")
    FORWARDING = "forwarding", _("forwarding")
    DECISION = "decision", _("decision")
    DELIVERY = "delivery", _("delivery")
    WITHDRAWAL = "withdrawal", pgettext_lazy("request", "withdrawal")


class DeadlineChangeKind(TextChoices):
    """Why a deadline is what it is."""

    START = "start", _("set by receipt")
    LAW = "law", _("set anew by the law that applies")
    RESTART = "restart", _("begun anew after clarification")
    EXTENSION = "extension", _("extended")
    HANDED_OVER = "handed-over", _("with another city")
    RETURNED = "returned", _("back from another city")


class FeeState(TextChoices):
    """Where a fee stands."""

    ESTIMATED = "estimated", _("estimated, consent awaited")
    AGREED = "agreed", pgettext_lazy("fee", "agreed")
    DECLINED = "declined", _("declined")
    CHARGED = "charged", _("charged")


class DecisionState(TextChoices):
    """Where a decision stands."""

    DRAFT = "draft", _("awaits the second signature")
    SENT_BACK = "sent-back", _("sent back")
    FINAL = "final", _("final")


class DeliveryKind(TextChoices):
    """How the information reaches the requester."""

    FILE = "file", _("file to download")
    EXPORT = "export", _("export of a dataset")
    PUBLICATION = "publication", _("published as a dataset")


class Direction(TextChoices):
    """Which side of a forwarding this node is."""

    OUT = "out", _("to another city")
    IN = "in", _("from another city")


class ForwardingState(TextChoices):
    """Where a forwarding stands."""

    PROPOSED = "proposed", _("awaits the requester's consent")
    DECLINED = "declined", _("declined by the requester")
    SENDING = "sending", _("being handed over")
    TAKEN = "taken", _("taken over")
    RETURNED = "returned", _("returned")
    ANSWERED = "answered", _("answered")
    ENDED = "ended", _("ended")


class ScanResult(TextChoices):
    """What the malware scanner said about a file."""

    UNSCANNED = "unscanned", _("not scanned for malware")
    CLEAN = "clean", _("scanned, nothing found")


class MailKind(TextChoices):
    """What an email is about; its text stands in ``services.mails``."""

    CONFIRM = "confirm", _("please confirm your address")
    RECEIVED = "received", pgettext_lazy("letter", "receipt")
    NEWS = "news", _("there is news")
    LINK = "link", _("a new status link")


class TemplateUse(TextChoices):
    """At which act a text template is offered."""

    CLARIFICATION = "clarification", _("question to the requester")
    EXTENSION = "extension", _("extension of the deadline")
    HEARING = "hearing", _("hearing of a third party")
    FEE = "fee", _("fee estimate")
    FORWARDING = "forwarding", _("proposal to forward")
    GRANT = "granted", _("grant")
    PARTLY = "partly", _("partial grant")
    REFUSAL = "refused", _("refusal")
    NOT_HELD = "not-held", _("information not held")
    MESSAGE = "message", _("message")

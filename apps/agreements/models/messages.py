"""Messages: those still to be sent, those exchanged, and where a peer's protocol root is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agreements.querysets import OutboxQuerySet
from apps.agreements.types import Direction, Outcome
from apps.core import clock
from apps.core.models import Duty


class Outbox(Duty):
    """A message that a peer must get: written in the transaction that decided it, kept until the peer acknowledged it.

    Messages about one negotiation or transfer go out in the order of their ids.
    """

    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="+", verbose_name=_("peer"))
    negotiation = models.ForeignKey(
        "agreements.Negotiation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outbox",
        verbose_name=_("negotiation"),
    )
    transfer = models.ForeignKey(
        "agreements.Transfer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outbox",
        verbose_name=_("transfer"),
    )
    act = models.CharField(_("act"), max_length=40)
    body = models.JSONField(_("message"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.PENDING)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    sent_at = models.DateTimeField(
        _("first sent at"), null=True, blank=True, help_text=_("From here on the peer may have got it.")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to send")
        verbose_name_plural = _("outbox")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="agreements_outbox_has_one_subject",
                condition=Q(negotiation__isnull=False, transfer__isnull=True)
                | Q(negotiation__isnull=True, transfer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.peer} · {self.get_outcome_display()}"


class Message(models.Model):
    """One message as it was received or sent, with the state it led to or the error it met. Never changed."""

    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="+", verbose_name=_("peer"))
    negotiation = models.ForeignKey(
        "agreements.Negotiation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("negotiation"),
    )
    transfer = models.ForeignKey(
        "agreements.Transfer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("transfer"),
    )
    at = models.DateTimeField(_("at"), default=clock.now, db_index=True)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    kind = models.CharField(_("message"), max_length=60)
    body = models.JSONField(_("content"))
    state = models.CharField(_("state afterwards"), max_length=12, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} · {self.kind}"


class ProtocolBinding(models.Model):
    """Where a peer speaks the Dataspace Protocol, as its version document says."""

    peer = models.OneToOneField("peers.Peer", on_delete=models.CASCADE, related_name="+", verbose_name=_("peer"))
    root = models.CharField(_("protocol root"), max_length=500)
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("protocol address")
        verbose_name_plural = _("protocol addresses")

    def __str__(self) -> str:
        return self.root

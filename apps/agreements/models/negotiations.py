"""Negotiations: how an agreement comes about, seen from this node's side."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agreements.querysets import NegotiationQuerySet
from apps.agreements.states import NegotiationState, Role
from apps.agreements.types import Decision
from apps.core.models import Timestamped


class Negotiation(Timestamped):
    """One contract negotiation (DSP 2025-1, "Contract Negotiation Protocol") and both sides' state.

    ``offer`` and ``agreement`` are the last ones exchanged, verbatim. ``address`` is the URL under which the peer takes
    messages about it: its callback address where it gave one, else its protocol root.
    """

    role = models.CharField(_("our role"), max_length=10, choices=Role.choices)
    peer = models.ForeignKey(
        "peers.Peer", on_delete=models.PROTECT, related_name="negotiations", verbose_name=_("peer")
    )
    provider_pid = models.CharField(_("provider's process id"), max_length=255, blank=True, default="")
    consumer_pid = models.CharField(_("consumer's process id"), max_length=255, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=12, choices=NegotiationState.choices, default=NegotiationState.PREPARED
    )
    peer_state = models.CharField(_("state at the peer"), max_length=12, blank=True, default="")
    peer_seen_at = models.DateTimeField(_("peer last heard of at"), null=True, blank=True)
    address = models.CharField(_("address of the peer"), max_length=500)
    dataset_identifier = models.CharField(_("dataset"), max_length=255, db_index=True)
    title = models.CharField(_("title"), max_length=500, blank=True, default="")
    target = models.CharField(_("dataset identifier on the wire"), max_length=255)
    purpose = models.CharField(_("purpose"), max_length=255, blank=True, default="")
    basis = models.ForeignKey(
        "agreements.Offer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="negotiations",
        verbose_name=_("our offer"),
    )
    offer = models.JSONField(_("last offer (verbatim)"))
    agreement = models.JSONField(_("agreement (verbatim)"), null=True, blank=True)
    renews = models.ForeignKey(
        "agreements.Agreement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("renews"),
    )
    waiting_since = models.DateTimeField(_("waits for a decision since"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True, default="")
    decision_reason = models.TextField(_("reason"), blank=True, default="")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    error = models.TextField(_("last error"), blank=True, default="")

    objects = NegotiationQuerySet.as_manager()

    class Meta:
        verbose_name = _("negotiation")
        verbose_name_plural = _("negotiations")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="agreements_one_negotiation_per_consumer_pid",
                fields=["role", "peer", "consumer_pid"],
                condition=~Q(consumer_pid=""),
            ),
            models.UniqueConstraint(
                name="agreements_one_negotiation_per_provider_pid",
                fields=["role", "peer", "provider_pid"],
                condition=~Q(provider_pid=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_identifier} · {self.peer} · {self.get_state_display()}"

    @property
    def own_pid(self) -> str:
        """The process id that this node chose."""
        return self.provider_pid if self.role == Role.PROVIDER else self.consumer_pid

    @property
    def peer_pid(self) -> str:
        """The process id that the peer chose; empty until it told us."""
        return self.consumer_pid if self.role == Role.PROVIDER else self.provider_pid

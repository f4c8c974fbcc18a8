"""Transfers: the permission to fetch data under an agreement, as a process with states."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agreements.querysets import TransferQuerySet
from apps.agreements.states import Role, TransferState
from apps.agreements.types import FEED_FORMAT, Halt
from apps.core.models import Timestamped


class Transfer(Timestamped):
    """One transfer process (DSP 2025-1, "Transfer Process Protocol").

    ``state`` moves only with the peer's acknowledgement; ``halted`` stops the data at once, whatever the peer says.
    """

    role = models.CharField(_("our role"), max_length=10, choices=Role.choices)
    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="transfers", verbose_name=_("peer"))
    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.PROTECT, related_name="transfers", verbose_name=_("agreement")
    )
    provider_pid = models.CharField(_("provider's process id"), max_length=255, blank=True, default="")
    consumer_pid = models.CharField(_("consumer's process id"), max_length=255, blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=TransferState.choices, default=TransferState.PREPARED)
    peer_state = models.CharField(_("state at the peer"), max_length=12, blank=True, default="")
    peer_seen_at = models.DateTimeField(_("peer last heard of at"), null=True, blank=True)
    address = models.CharField(_("address of the peer"), max_length=500)
    format = models.CharField(_("format"), max_length=120, default=FEED_FORMAT)
    endpoint = models.CharField(_("endpoint"), max_length=500, blank=True, default="")
    halted = models.CharField(_("halted"), max_length=10, choices=Halt.choices, blank=True, default="")
    error = models.TextField(_("last error"), blank=True, default="")

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="agreements_one_transfer_per_consumer_pid",
                fields=["role", "peer", "consumer_pid"],
                condition=~Q(consumer_pid=""),
            ),
            models.UniqueConstraint(
                name="agreements_one_transfer_per_provider_pid",
                fields=["role", "peer", "provider_pid"],
                condition=~Q(provider_pid=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.dataset_identifier} · {self.peer} · {self.get_state_display()}"

    @property
    def own_pid(self) -> str:
        """The process id that this node chose."""
        return self.provider_pid if self.role == Role.PROVIDER else self.consumer_pid

    @property
    def peer_pid(self) -> str:
        """The process id that the peer chose; empty until it told us."""
        return self.consumer_pid if self.role == Role.PROVIDER else self.provider_pid

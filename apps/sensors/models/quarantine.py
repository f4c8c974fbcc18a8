"""Quarantine: what could not be taken in waits here with its reason."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock


class Quarantined(models.Model):
    """One piece of input as it came. The same piece from the same source is kept once (``fingerprint``)."""

    class State(models.TextChoices):
        """Where it is on its way."""

        WAITING = "waiting", _("waiting")
        REPLAYED = "replayed", _("replayed")
        DISMISSED = "dismissed", _("dismissed")

    source = models.TextField(_("source"), db_collation="C")
    payload = models.TextField(_("payload"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=60)
    detail = models.TextField(_("detail"), blank=True, default="")
    occurred_at = models.DateTimeField(_("occurred at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    replays = models.PositiveIntegerField(_("attempts to replay"), default=0)

    class Meta:
        verbose_name = _("quarantined input")
        verbose_name_plural = _("quarantine")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "fingerprint"], name="sensors_quarantined_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "received_at"], name="sensors_quarantined_state"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"

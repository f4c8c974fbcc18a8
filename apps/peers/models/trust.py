"""The trust ceremony: who has confirmed which fingerprint."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.peers.models.peers import Peer


class TrustConfirmation(models.Model):
    """One administrator compared the fingerprint out of band. The database lets nobody confirm a ceremony twice."""

    peer = models.ForeignKey(Peer, on_delete=models.CASCADE, related_name="confirmations", verbose_name=_("peer"))
    ceremony = models.PositiveIntegerField(_("ceremony"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("administrator")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), default=clock.now)

    class Meta:
        verbose_name = _("trust confirmation")
        verbose_name_plural = _("trust confirmations")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="peers_one_voice_per_ceremony", fields=["peer", "ceremony", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.peer}"

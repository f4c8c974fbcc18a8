"""Dedupe keys of uplinks that were taken."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.sources.models.sources import Source


class SeenUplink(models.Model):
    """One uplink's key, as 128 bits of a digest over source, device and counter; forgotten after a while."""

    fingerprint = models.UUIDField(_("fingerprint"), primary_key=True)
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("source")
    )
    expires_at = models.DateTimeField(_("remembered until"), db_index=True)

    class Meta:
        verbose_name = _("remembered message")
        verbose_name_plural = _("remembered messages")

    def __str__(self) -> str:
        return str(self.fingerprint)

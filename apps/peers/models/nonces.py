"""Nonces of requests already accepted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Nonce(models.Model):
    """A nonce under a key. It is kept for longer than a signature can be valid, so no request counts twice."""

    keyid = models.CharField(_("key id"), max_length=300)
    nonce = models.CharField(_("nonce"), max_length=128)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("remembered nonce")
        verbose_name_plural = _("remembered nonces")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="peers_nonce_used_once", fields=["keyid", "nonce"]),
        ]

    def __str__(self) -> str:
        return f"{self.keyid} {self.nonce}"

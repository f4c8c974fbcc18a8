"""What a learning source has seen and nobody has mapped yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.sources.models.sources import Source
from apps.sources.types import MAX_NAME


class Candidate(models.Model):
    """A payload key of a device without a mapping: how often it came, and one value as an example (JSON text)."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="candidates", verbose_name=_("source"))
    device_key = models.CharField(_("device key"), max_length=MAX_NAME, db_collation="C")
    device_name = models.CharField(_("name"), max_length=MAX_NAME, blank=True, default="")
    payload_key = models.CharField(_("payload key"), max_length=MAX_NAME, db_collation="C")
    example = models.CharField(_("example"), max_length=MAX_NAME, blank=True, default="")
    unit = models.CharField(_("unit as sent"), max_length=40, blank=True, default="")
    count = models.BigIntegerField(_("times seen"), default=0)
    first_seen_at = models.DateTimeField(_("first seen"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now)

    class Meta:
        verbose_name = _("unmapped value")
        verbose_name_plural = _("unmapped values")
        ordering: ClassVar[list[str]] = ["source", "device_key", "payload_key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "device_key", "payload_key"], name="sources_candidate_once")
        ]

    def __str__(self) -> str:
        return f"{self.device_key} · {self.payload_key}"

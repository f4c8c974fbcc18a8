"""Devices as their sources name them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.sensors.models import Thing
from apps.sources.models.sources import Source
from apps.sources.types import MAX_NAME


class SourceDevice(models.Model):
    """A device that was heard through a source; ``thing`` is what it is mapped to."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="devices", verbose_name=_("source"))
    key = models.CharField(_("device key"), max_length=MAX_NAME, db_collation="C")
    name = models.CharField(_("name"), max_length=MAX_NAME, blank=True, default="")
    thing = models.ForeignKey(
        Thing, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("thing")
    )
    expected_interval_s = models.PositiveIntegerField(
        _("expected interval in seconds"),
        null=True,
        blank=True,
        help_text=_("Silent for longer than twice this time, the device raises an alarm. Empty: no alarm."),
    )
    first_seen_at = models.DateTimeField(_("first seen"), default=clock.now, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now, editable=False)
    last_counter = models.CharField(_("last counter"), max_length=MAX_NAME, blank=True, default="", editable=False)
    uplinks = models.BigIntegerField(_("messages"), default=0, editable=False)
    longitude = models.FloatField(_("longitude"), null=True, blank=True, editable=False)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("device of a source")
        verbose_name_plural = _("devices of sources")
        ordering: ClassVar[list[str]] = ["source", "key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "key"], name="sources_device_once")
        ]

    def __str__(self) -> str:
        return self.name or self.key

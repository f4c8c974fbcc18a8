"""Alarms of silence."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.sensors.models import Datastream
from apps.sources.models.devices import SourceDevice


class SilenceAlarm(models.Model):
    """A device (or a datastream fed in another way) was silent beyond its expected interval; closed when it spoke
    again."""

    device = models.ForeignKey(
        SourceDevice, on_delete=models.CASCADE, null=True, blank=True, related_name="alarms", verbose_name=_("device")
    )
    datastream = models.ForeignKey(
        Datastream, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("datastream")
    )
    last_heard_at = models.DateTimeField(_("last heard"))
    expected_interval_s = models.PositiveIntegerField(_("expected interval in seconds"))
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("alarm of silence")
        verbose_name_plural = _("alarms of silence")
        ordering: ClassVar[list[str]] = ["-opened_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="sources_alarm_of_one", condition=Q(device__isnull=True) ^ Q(datastream__isnull=True)
            ),
            models.UniqueConstraint(fields=["device"], condition=Q(closed_at=None), name="sources_alarm_open_device"),
            models.UniqueConstraint(
                fields=["datastream"], condition=Q(closed_at=None), name="sources_alarm_open_datastream"
            ),
        ]

    def __str__(self) -> str:
        return str(self.device or self.datastream)

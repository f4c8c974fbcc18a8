"""From a payload key to a datastream, and the duty to take in what waited for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import Duty, Timestamped
from apps.sensors.models import Datastream
from apps.sources.models.sources import Source
from apps.sources.types import MAX_NAME, ConversionName


class Mapping(Timestamped):
    """Where the value under one key goes. ``datastream`` empty: a person decided that the value is not wanted.

    ``device_key`` ``*`` holds for every device without a mapping of its own for this key. ``unit`` is the unit in which
    the value is sent, as a person confirmed it; a payload that names another one is not taken under this mapping.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="mappings", verbose_name=_("source"))
    device_key = models.CharField(_("device key"), max_length=MAX_NAME, db_collation="C")
    payload_key = models.CharField(_("payload key"), max_length=MAX_NAME, db_collation="C")
    datastream = models.ForeignKey(
        Datastream,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("datastream"),
        help_text=_("Empty: the value is not wanted."),
    )
    unit = models.CharField(_("unit as sent"), max_length=40, blank=True, default="")
    conversion = models.CharField(
        _("conversion"), max_length=20, choices=ConversionName.choices, default=ConversionName.NONE
    )
    factor = models.FloatField(_("factor"), default=1.0)
    offset = models.FloatField(_("offset"), default=0.0)

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering: ClassVar[list[str]] = ["source", "device_key", "payload_key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "device_key", "payload_key"], name="sources_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.device_key} · {self.payload_key}"


class Replaying(Duty):
    """Take in what waits for a mapping; ``cursor`` is the last quarantine row looked at, so that work resumes there."""

    mapping = models.OneToOneField(
        Mapping, on_delete=models.CASCADE, related_name="replaying", verbose_name=_("mapping")
    )
    mapped_at = models.DateTimeField(_("mapped at"), default=clock.now)
    cursor = models.BigIntegerField(_("looked at up to"), default=0)
    replayed = models.BigIntegerField(_("taken in"), default=0)

    class Meta:
        verbose_name = _("replay of a mapping")
        verbose_name_plural = _("replays of mappings")

    def __str__(self) -> str:
        return str(self.mapping_id)

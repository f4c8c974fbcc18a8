"""Batches – every write of observations – and the epoch in which their numbers count."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.sensors.querysets import BatchQuerySet


class Batch(models.Model):
    """One committed write of observations.

    ``number`` is its place in the feed, given by the sequencer once the batch is visible; NULL until then. Rows are
    never deleted, because the next number follows from the highest: a purge empties them.
    """

    number = models.BigIntegerField(_("number"), null=True, blank=True, unique=True)
    source = models.TextField(_("source"), db_collation="C")
    client_key = models.TextField(_("client key"), blank=True, default="", db_collation="C")
    origin = models.TextField(_("origin"), blank=True, default="", db_collation="C")
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)
    rows = models.IntegerField(_("rows"), default=0)
    accepted = models.IntegerField(_("new"), default=0)
    corrected = models.IntegerField(_("corrected"), default=0)
    unchanged = models.IntegerField(_("unchanged"), default=0)
    rejected = models.IntegerField(_("rejected"), default=0)
    deleted = models.IntegerField(_("deleted"), default=0)
    first_time = models.DateTimeField(_("first phenomenon time"), null=True, blank=True)
    last_time = models.DateTimeField(_("last phenomenon time"), null=True, blank=True)
    datastream_ids = ArrayField(models.IntegerField(), verbose_name=_("datastreams"), default=list, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source", "client_key"], condition=~models.Q(client_key=""), name="sensors_batch_client_key"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=models.Q(number=None), name="sensors_batch_unnumbered"),
            models.Index(fields=["recorded_at"], name="sensors_batch_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.source})"


class Epoch(models.Model):
    """From when on numbers count anew: a restored database must not be mistaken for the one before."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    started_at = models.DateTimeField(_("started at"), default=clock.now)
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("epoch")
        verbose_name_plural = _("epochs")
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return str(self.number)

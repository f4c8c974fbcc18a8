"""The narrow observation row, and what remains of rows that were corrected or deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock
from apps.sensors.models.entities import FeatureOfInterest
from apps.sensors.models.streams import Datastream


class Observation(models.Model):
    """One result at one time. The table is made by SQL (partitioned by month); this class is for reading it.

    The key in the database is (datastream, span, phenomenon_time). ``id`` names the version: a correction has a new
    one. An id alone is looked up through its batch (``selectors.observation``), never by a plain filter.
    """

    datastream = models.ForeignKey(
        Datastream,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="observations",
        verbose_name=_("datastream"),
    )
    span = models.IntegerField(_("span in seconds"), default=0)
    phenomenon_time = models.DateTimeField(_("phenomenon time"))
    id = models.BigIntegerField(primary_key=True)
    result = models.FloatField(pgettext_lazy("observation", "result"), null=True, blank=True)
    result_time = models.DateTimeField(_("result time"), null=True, blank=True)
    feature = models.ForeignKey(
        FeatureOfInterest,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("feature of interest"),
    )
    extra = models.JSONField(_("extra"), null=True, blank=True)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.phenomenon_time:%Y-%m-%d %H:%M:%S} {self.result}"

    @property
    def phenomenon_end(self) -> datetime:
        """The end of an interval; the phenomenon time itself for an instant."""
        return self.phenomenon_time + timedelta(seconds=self.span)


class Tombstone(models.Model):
    """What is left of a deleted observation; ``id`` is built like an observation's, from the deleting batch."""

    id = models.BigIntegerField(primary_key=True)
    datastream = models.ForeignKey(
        Datastream,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="tombstones",
        verbose_name=_("datastream"),
    )
    span = models.IntegerField(_("span in seconds"), default=0)
    phenomenon_time = models.DateTimeField(_("phenomenon time"))
    deleted_at = models.DateTimeField(_("deleted at"), default=clock.now)
    reason = models.TextField(_("reason"), blank=True, default="")

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["datastream", "phenomenon_time", "span"], name="sensors_tombstone_key")
        ]

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.phenomenon_time:%Y-%m-%d %H:%M:%S}"


class Correction(models.Model):
    """The value that a later batch replaced."""

    datastream = models.ForeignKey(
        Datastream,
        on_delete=models.CASCADE,
        db_constraint=False,
        related_name="corrections",
        verbose_name=_("datastream"),
    )
    span = models.IntegerField(_("span in seconds"), default=0)
    phenomenon_time = models.DateTimeField(_("phenomenon time"))
    old_id = models.BigIntegerField(_("replaced observation"))
    new_id = models.BigIntegerField(_("replacing observation"))
    old_result = models.FloatField(_("old result"), null=True, blank=True)
    old_result_time = models.DateTimeField(_("old result time"), null=True, blank=True)
    old_feature_id = models.IntegerField(_("old feature"), null=True, blank=True)
    old_extra = models.JSONField(_("old extra"), null=True, blank=True)
    corrected_at = models.DateTimeField(_("corrected at"), default=clock.now)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["old_id"], name="sensors_correction_old")]

    def __str__(self) -> str:
        return f"{self.datastream_id} {self.phenomenon_time:%Y-%m-%d %H:%M:%S}: {self.old_result}"

    @property
    def batch_id(self) -> int:
        """The batch that brought the new value."""
        return self.new_id >> 20


class Partition(models.Model):
    """What is known about one month of the observation table beside its rows."""

    month = models.DateField(_("month"), primary_key=True)
    packed_at = models.DateTimeField(_("packed at"), null=True, blank=True)
    packed_rows = models.BigIntegerField(_("rows when packed"), default=0)
    bytes_before = models.BigIntegerField(_("bytes before"), default=0)
    bytes_after = models.BigIntegerField(_("bytes after"), default=0)

    class Meta:
        verbose_name = _("packed month")
        verbose_name_plural = _("packed months")
        ordering: ClassVar[list[str]] = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

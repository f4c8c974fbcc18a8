"""Datastreams, and beside them what changes with every batch."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.sensors.models.entities import Entity, ObservedProperty, Sensor
from apps.sensors.models.things import Thing
from apps.sensors.querysets import DatastreamQuerySet


class Datastream(Entity):
    """A series of observations of one property by one sensor of one thing.

    What the server keeps about its observations stands in ``state`` (join it with ``select_related("state")``); the
    properties of the same names read it.
    """

    class Kind(models.TextChoices):
        """Whether small values can point at persons."""

        MEASURE = "measure", _("measured quantity")
        COUNT = "count", _("count of people or vehicles")

    id = models.AutoField(primary_key=True)
    thing = models.ForeignKey(Thing, on_delete=models.CASCADE, related_name="datastreams", verbose_name=_("thing"))
    sensor = models.ForeignKey(Sensor, on_delete=models.PROTECT, related_name="datastreams", verbose_name=_("sensor"))
    observed_property = models.ForeignKey(
        ObservedProperty, on_delete=models.PROTECT, related_name="datastreams", verbose_name=_("observed property")
    )
    unit_name = models.TextField(_("unit"), blank=True, default="")
    unit_symbol = models.TextField(_("unit symbol"), blank=True, default="")
    unit_definition = models.TextField(_("unit definition"), blank=True, default="")
    observation_type = models.TextField(_("observation type"), blank=True, default="")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MEASURE)
    expected_interval_s = models.PositiveIntegerField(_("expected interval in seconds"), null=True, blank=True)
    observed_area = models.JSONField(_("observed area"), null=True, blank=True)
    is_internal = models.BooleanField(_("only for internal use"), default=False)
    onward_allowed = models.BooleanField(_("may be shared onward"), default=False, editable=False)

    objects = DatastreamQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("datastream")
        verbose_name_plural = _("datastreams")

    @property
    def observation_count(self) -> int:
        """How many observations are stored."""
        return self.state.observation_count

    @property
    def first_time(self) -> datetime | None:
        """Phenomenon time of the earliest observation."""
        return self.state.first_time

    @property
    def last_time(self) -> datetime | None:
        """Phenomenon time of the latest observation."""
        return self.state.last_time

    @property
    def last_result(self) -> float | None:
        """Numeric result of the latest observation."""
        return self.state.last_result

    @property
    def last_batch(self) -> int | None:
        """The batch that wrote to it last."""
        return self.state.last_batch


class DatastreamState(models.Model):
    """What every batch changes about a datastream: one narrow row, so that batches do not rewrite descriptions.

    Writers lock these rows in order of their ids before they write observations (see ``services.record``). ``origin``
    repeats the datastream's; the database sees to that.
    """

    datastream = models.OneToOneField(
        Datastream, on_delete=models.CASCADE, primary_key=True, related_name="state", verbose_name=_("datastream")
    )
    origin = models.TextField(_("origin"), blank=True, default="", db_collation="C", editable=False)
    observation_count = models.BigIntegerField(_("observations"), default=0)
    first_time = models.DateTimeField(_("first observation"), null=True, blank=True)
    last_time = models.DateTimeField(_("last observation"), null=True, blank=True)
    last_result = models.FloatField(_("last result"), null=True, blank=True)
    last_batch = models.BigIntegerField(_("last batch"), null=True, blank=True)
    previous_time = models.DateTimeField(_("last observation before the last batch"), null=True, blank=True)
    tombstone_count = models.BigIntegerField(_("tombstones"), default=0)
    first_result_time = models.DateTimeField(_("first result time"), null=True, blank=True)
    last_result_time = models.DateTimeField(_("last result time"), null=True, blank=True)

    class Meta:
        verbose_name = _("state of a datastream")
        verbose_name_plural = _("states of datastreams")

    def __str__(self) -> str:
        return str(self.datastream_id)

"""SensorThings 1.1 entities (OGC 18-088, section 8.2) beside things and datastreams."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.sensors.querysets import OriginQuerySet


class Entity(Timestamped):
    """What all described entities share; ``origin`` is '' for this city's own, else the owner's DID."""

    name = models.TextField(_("name"), db_collation="C")
    description = models.TextField(_("description"), blank=True, default="")
    properties = models.JSONField(_("properties"), blank=True, default=dict)
    origin = models.TextField(_("origin"), blank=True, default="", db_collation="C", editable=False)
    external_key = models.TextField(_("external key"), blank=True, default="", db_collation="C")

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["origin", "external_key"],
                condition=~models.Q(external_key=""),
                name="%(app_label)s_%(class)s_key",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Location(Entity):
    """A place; ``geometry`` is GeoJSON in WGS 84, ``longitude`` and ``latitude`` repeat it where it is a point."""

    encoding_type = models.TextField(_("encoding"), default="application/geo+json")
    geometry = models.JSONField(_("geometry"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)

    objects = OriginQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("location")
        verbose_name_plural = _("locations")


class Sensor(Entity):
    """A kind of instrument."""

    encoding_type = models.TextField(_("encoding"), default="text/html")
    metadata = models.TextField(_("metadata"), blank=True, default="")

    objects = OriginQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("sensor")
        verbose_name_plural = _("sensors")


class ObservedProperty(Entity):
    """What is measured."""

    definition = models.TextField(_("definition"), blank=True, default="")

    objects = OriginQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("observed property")
        verbose_name_plural = _("observed properties")


class FeatureOfInterest(Entity):
    """What an observation is about, where that is not simply the thing's place."""

    id = models.AutoField(primary_key=True)
    encoding_type = models.TextField(_("encoding"), default="application/geo+json")
    feature = models.JSONField(_("feature"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)

    objects = OriginQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("feature of interest")
        verbose_name_plural = _("features of interest")


class HistoricalLocation(models.Model):
    """From when on a thing stood where."""

    thing = models.ForeignKey(
        "sensors.Thing", on_delete=models.CASCADE, related_name="historical_locations", verbose_name=_("thing")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="historical_locations", verbose_name=_("location")
    )
    time = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("historical location")
        verbose_name_plural = _("historical locations")
        ordering: ClassVar[list[str]] = ["-time", "-id"]

    def __str__(self) -> str:
        return f"{self.thing_id} @ {self.location_id} {self.time:%Y-%m-%d %H:%M}"

"""Things: a weather mast, a car park, a counting station."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.sensors.models.entities import Entity, Location
from apps.sensors.querysets import OriginQuerySet


class Thing(Entity):
    """Something in the city with datastreams; ``location`` is where it stands now."""

    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="things", verbose_name=_("location")
    )

    objects = OriginQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("thing")
        verbose_name_plural = _("things")
        permissions = (("write_thing", _("write this thing and its observations")),)

"""Datastreams and what the node keeps about their observations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.sensors.admin.entities import EntityAdmin
from apps.sensors.models import Datastream, DatastreamState


@admin.register(Datastream)
class DatastreamAdmin(EntityAdmin):
    """Datastreams with their latest value. New ones come by registration, together with their state."""

    list_display = ("name", "thing", "observed_property", "unit_symbol", "kind", "latest", "observations", "origin")
    list_filter = ("kind", "is_internal", "onward_allowed")
    search_fields = ("thing__name", "observed_property__name")
    readonly_fields = ("onward_allowed", "observed_area")
    autocomplete_fields = ("thing", "sensor", "observed_property")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Datastream]:
        """Everything a row shows, in one query."""
        described: QuerySet[Datastream] = Datastream.objects.described()
        return described

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Registration adds datastreams."""
        return False

    @admin.display(description=_("latest"), ordering="state__last_time")
    def latest(self, stream: Datastream) -> str:
        """The last value and its time."""
        if stream.last_time is None:
            return "–"
        return f"{stream.last_result} ({stream.last_time:%Y-%m-%d %H:%M} UTC)"

    @admin.display(description=_("observations"), ordering="state__observation_count")
    def observations(self, stream: Datastream) -> int:
        """How many there are."""
        return stream.observation_count


@admin.register(DatastreamState)
class DatastreamStateAdmin(ReadOnlyAdmin):
    """Counters, as batches keep them."""

    list_display: tuple[Any, ...] = (
        "datastream",
        "origin",
        "observation_count",
        "first_time",
        "last_time",
        "last_result",
        "tombstone_count",
    )
    list_select_related = ("datastream",)
    search_fields = ("datastream__name", "datastream__external_key")

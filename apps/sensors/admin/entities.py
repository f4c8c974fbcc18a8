"""Things, places, sensors, properties: own ones are edited here, replicas only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.sensors.models import FeatureOfInterest, HistoricalLocation, Location, ObservedProperty, Sensor, Thing


class OriginFilter(admin.SimpleListFilter):
    """This city's own, or replicas."""

    title = _("origin")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two sides."""
        return [("own", _("own")), ("replica", _("replica"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """One side of the two."""
        if self.value() == "own":
            return queryset.filter(origin="")
        return queryset.exclude(origin="") if self.value() == "replica" else queryset


class EntityAdmin(admin.ModelAdmin[Any]):
    """What described entities share. The database refuses changes to replicas, so they are not offered."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The origin is never chosen, times are kept."""
        return (*super().get_readonly_fields(request, obj), "origin", "created_at", "updated_at")

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Own or replica, and what the table adds."""
        return (OriginFilter, *super().get_list_filter(request))

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Names and keys, and what the table adds."""
        return ("name", "external_key", *super().get_search_fields(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Own entities only."""
        return (obj is None or not obj.origin) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Observations hang on entities: they are withdrawn or deleted by services, not here."""
        return False


class HistoryInline(admin.TabularInline[Any, Any]):
    """Where a thing stood."""

    model = HistoricalLocation
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The history writes itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The history stays as it is."""
        return False


@admin.register(Thing)
class ThingAdmin(EntityAdmin):
    """Things."""

    search_fields = ("description",)
    list_display = ("name", "external_key", "location", "origin", "updated_at")
    list_select_related = ("location",)
    autocomplete_fields = ("location",)
    inlines = (HistoryInline,)


@admin.register(Location)
class LocationAdmin(EntityAdmin):
    """Places."""

    search_fields = ("description",)
    list_display = ("name", "longitude", "latitude", "origin", "updated_at")


@admin.register(Sensor)
class SensorAdmin(EntityAdmin):
    """Kinds of instruments."""

    list_display = ("name", "external_key", "origin", "updated_at")
    search_fields = ("description",)


@admin.register(ObservedProperty)
class ObservedPropertyAdmin(EntityAdmin):
    """What is measured."""

    search_fields = ("definition",)
    list_display = ("name", "definition", "external_key", "origin")


@admin.register(FeatureOfInterest)
class FeatureOfInterestAdmin(EntityAdmin):
    """What observations are about."""

    search_fields = ("description",)
    list_display = ("name", "longitude", "latitude", "origin")


@admin.register(HistoricalLocation)
class HistoricalLocationAdmin(ReadOnlyAdmin):
    """Moves."""

    list_display = ("time", "thing", "location")
    list_select_related = ("thing", "location")
    search_fields = ("thing__name", "location__name")
    date_hierarchy = "time"

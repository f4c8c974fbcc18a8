"""Chosen sensors and page views."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from apps.catalogue import services
from apps.catalogue.admin.refusals import SaysRefusals
from apps.catalogue.models import Exhibit, Visits
from apps.core.admin import ReadOnlyAdmin
from apps.sensors.models import Datastream


@admin.register(Exhibit)
class ExhibitAdmin(SaysRefusals):
    """Which sensors the page "Sensors to touch" shows, in which order, and what it says about them."""

    fields = ("datastream", "position", "sentence_de", "sentence_en", "is_shown")
    list_display = ("position", "datastream", "sentence_de", "is_shown")
    list_display_links = ("datastream",)
    list_select_related = ("datastream",)
    search_fields = ("sentence_de", "sentence_en", "datastream__name")

    def get_readonly_fields(self, request: HttpRequest, obj: Exhibit | None = None) -> tuple[str, ...]:
        """Another sensor is another choice."""
        return ("datastream",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only what may be chosen."""
        if db_field.name == "datastream":
            kwargs["queryset"] = Datastream.objects.shareable().filter(origin="").order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Exhibit, form: forms.ModelForm[Exhibit], change: bool) -> None:
        """A service may refuse."""
        obj.pk = services.choose(
            datastream_id=obj.datastream_id,
            sentence_de=obj.sentence_de,
            sentence_en=obj.sentence_en,
            position=obj.position,
            shown=obj.is_shown,
        ).pk


@admin.register(Visits)
class VisitsAdmin(ReadOnlyAdmin):
    """How often each kind of page was looked at, day by day."""

    list_display = ("day", "page", "count")
    list_filter = ("page",)
    date_hierarchy = "day"
    search_fields = ("page",)

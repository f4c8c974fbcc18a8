"""Devices: heard, not typed in; how often they should speak is said here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.sources import services
from apps.sources.models import SourceDevice


@admin.register(SourceDevice)
class SourceDeviceAdmin(admin.ModelAdmin[SourceDevice]):
    """What was heard of each device."""

    list_display = ("key", "name", "source", "thing", "last_seen_at", "last_counter", "uplinks", "expected_interval_s")
    list_filter = ("source", ("thing", admin.EmptyFieldListFilter))
    list_select_related = ("source", "thing")
    search_fields = ("key", "name", "thing__name")
    date_hierarchy = "last_seen_at"
    fields = (
        "source", "key", "name", "thing", "expected_interval_s", "first_seen_at", "last_seen_at", "last_counter",
        "uplinks", "longitude", "latitude",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name != "expected_interval_s")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A device is added by speaking."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SourceDevice | None = None) -> bool:
        """What was heard was heard."""
        return False

    def save_model(self, request: HttpRequest, obj: SourceDevice, form: Any, change: bool) -> None:
        """Say how often it should speak."""
        services.expect(device=obj, interval_s=form.cleaned_data["expected_interval_s"])

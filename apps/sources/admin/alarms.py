"""Alarms of silence, as the tick opens and closes them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.sources.models import SilenceAlarm


@admin.register(SilenceAlarm)
class SilenceAlarmAdmin(ReadOnlyAdmin):
    """Who is or was silent."""

    list_display = ("opened_at", "sensor", "last_heard_at", "expected_interval_s", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "device__source")
    list_select_related = ("device", "datastream")
    search_fields = ("device__key", "device__name", "datastream__name")
    date_hierarchy = "opened_at"

    @admin.display(description=_("sensor"))
    def sensor(self, alarm: SilenceAlarm) -> str:
        """The device or the datastream."""
        return str(alarm)

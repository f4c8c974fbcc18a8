"""Operator screens shared by all apps, and the list of task runs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.models import Heartbeat, TaskRun


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """History is looked at, never edited."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds history by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes history."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes history."""
        return False


@admin.register(TaskRun)
class TaskRunAdmin(ReadOnlyAdmin):
    """What the background did, newest first."""

    list_display = ("started_at", "name", "outcome", "finished_at", "detail")
    list_filter = ("outcome", "name")
    search_fields = ("task_id", "name")
    date_hierarchy = "started_at"


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Which processes run beside web and workers, and when each was last alive."""

    list_display = ("name", "beat_at", "place", "started_at", "ended_at")
    fields = ("name", "place", "started_at", "beat_at", "ended_at", "report", "memory")

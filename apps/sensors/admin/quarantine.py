"""Quarantine: what could not be taken in, why, and what became of it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.sensors import services
from apps.sensors.models import Quarantined


@admin.register(Quarantined)
class QuarantinedAdmin(ReadOnlyAdmin):
    """Input that waits. It is replayed where its format is known; here it can be set aside."""

    list_display = ("received_at", "source", "reason", "detail", "occurred_at", "state", "replays")
    list_filter = ("state", "reason")
    search_fields = ("source", "payload", "detail")
    date_hierarchy = "received_at"
    actions = ("dismiss",)

    def has_change_permission(self, request: HttpRequest, obj: Quarantined | None = None) -> bool:
        """The list and its action need the right; a single piece shows read-only."""
        return obj is None and admin.ModelAdmin.has_change_permission(self, request, obj)

    @admin.action(description=_("Set the chosen pieces aside"), permissions=["change"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Quarantined]) -> None:
        """Nothing more is expected of these."""
        settled = services.dismiss(ids=list(queryset.values_list("pk", flat=True)))
        messages.success(request, _("%(count)s pieces were set aside.") % {"count": settled})

"""What learning sources have seen: from here a person maps it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.admin import ReadOnlyAdmin
from apps.sources import services
from apps.sources.models import Candidate


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin):
    """Values that nobody has mapped, with an example and a way to map each."""

    list_display = (
        "device_key", "device_name", "payload_key", "example", "unit", "count", "last_seen_at", "source", "map_it",
    )  # fmt: skip
    list_filter = ("source", "payload_key")
    list_select_related = ("source",)
    search_fields = ("device_key", "device_name", "payload_key")
    date_hierarchy = "last_seen_at"
    actions = ("ignore",)

    def has_change_permission(self, request: HttpRequest, obj: Candidate | None = None) -> bool:
        """The list and its action need the right; a single one shows read-only."""
        return obj is None and admin.ModelAdmin.has_change_permission(self, request, obj)

    @admin.display(description=_("map"))
    def map_it(self, candidate: Candidate) -> str:
        """A link to the mapping form, filled in."""
        given = {
            "source": candidate.source_id,
            "device_key": candidate.device_key,
            "payload_key": candidate.payload_key,
            "unit": candidate.unit,
            "new_name": candidate.payload_key,
            "new_unit": candidate.unit,
        }
        url = f"{reverse('admin:sources_mapping_add')}?{urlencode(given)}"
        return format_html('<a class="addlink" href="{}">{}</a>', url, _("map"))

    @admin.action(description=_("The chosen values are not wanted"), permissions=["change"])
    def ignore(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> None:
        """Count these from now on without keeping them."""
        at = clock.now()
        chosen = list(queryset.select_related("source"))
        for one in chosen:
            services.ignore_key(source=one.source, device_key=one.device_key, payload_key=one.payload_key, at=at)
        messages.success(request, _("%(count)d values are no longer kept.") % {"count": len(chosen)})

"""Observations: millions of rows, so they are shown for one datastream at a time."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.core.errors import NotFound
from apps.sensors.models import Observation
from apps.sensors.selectors.observations import observation

STREAM = "datastream__id__exact"


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin):
    """Search for a datastream's number; without one the list is empty."""

    list_display = ("phenomenon_time", "span", "result", "result_time", "extra", "datastream_id", "id")
    search_fields = ("=datastream__id",)
    search_help_text = _("number of a datastream")
    ordering = ("-phenomenon_time", "-span")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Say what to do with the empty list."""
        if not _stream(request):
            messages.info(request, _("Enter the number of a datastream to see its observations."))
        return super().changelist_view(request, extra_context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Observation]:
        """The observations of the chosen datastream."""
        stream = _stream(request)
        rows: QuerySet[Observation] = super().get_queryset(request)
        return rows.filter(datastream=stream) if stream else rows.none()

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Observation | None:
        """One observation, looked up through its batch."""
        try:
            return observation(int(object_id))
        except (NotFound, ValueError):
            return None


def _stream(request: HttpRequest) -> int:
    """The datastream asked for by search or filter; 0 for none."""
    wanted = request.GET.get(STREAM) or request.GET.get("q", "")
    return int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0

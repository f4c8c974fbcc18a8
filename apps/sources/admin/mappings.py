"""Mappings: from payload keys to datastreams; what waited for one is taken in by itself, or by the action."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.admin import ReadOnlyAdmin
from apps.sources import services
from apps.sources.admin.mapping_form import EXISTING, NOWHERE, MappingForm
from apps.sources.models import Mapping, Replaying

NEW_FIELDS = ("new_name", "new_property", "new_property_name", "new_unit", "new_interval")


@admin.register(Mapping)
class MappingAdmin(admin.ModelAdmin[Mapping]):
    """Where values go."""

    form = MappingForm
    list_display = ("source", "device_key", "payload_key", "datastream", "unit", "conversion", "factor", "offset")
    list_filter = ("source", "conversion", ("datastream", admin.EmptyFieldListFilter))
    list_select_related = ("source", "datastream")
    search_fields = ("device_key", "payload_key", "datastream__name", "datastream__external_key")
    autocomplete_fields = ("datastream",)
    fieldsets = (
        (None, {"fields": ("source", "device_key", "payload_key", "target")}),
        (_("Unit"), {"fields": ("unit", "conversion", "factor", "offset")}),
        (_("A datastream that is there"), {"fields": ("datastream",)}),
        (_("A new datastream"), {"fields": NEW_FIELDS}),
    )
    actions = ("replay",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the list of unmapped values hands over."""
        return {"target": EXISTING, "factor": 1.0, "offset": 0.0} | super().get_changeform_initial_data(request)

    def get_form(self, request: HttpRequest, obj: Mapping | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, saying where the value goes now."""
        form = super().get_form(request, obj, change, **kwargs)
        if obj is not None:
            form.base_fields["target"].initial = NOWHERE if obj.datastream_id is None else EXISTING
            for name in ("source", "device_key", "payload_key"):
                form.base_fields[name].disabled = True
        return form

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Mapping:
        """What the service made of the form."""
        made: Mapping = form.made
        return made

    def save_model(self, request: HttpRequest, obj: Mapping, form: Any, change: bool) -> None:
        """The service has saved it; what waits is taken in by the worker."""
        messages.info(request, _("What waits in quarantine for this value is taken in now."))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A mapping has nothing else to save."""

    def delete_model(self, request: HttpRequest, obj: Mapping) -> None:
        """Later values wait again."""
        services.unmap_key(mapping=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> None:
        """Later values of all these wait again."""
        for mapping in queryset:
            services.unmap_key(mapping=mapping)

    @admin.action(description=_("Take in what waits for the chosen mappings"), permissions=["change"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> None:
        """Replay the quarantine of these mappings here and now."""
        at = clock.now()
        done = sum(services.replay(mapping=mapping, at=at) for mapping in queryset.select_related("source"))
        messages.success(request, _("%(count)d pieces were taken in or set aside.") % {"count": done})


@admin.register(Replaying)
class ReplayingAdmin(ReadOnlyAdmin):
    """How far the taking in of what waited has come."""

    list_display = ("mapping", "next_attempt_at", "cursor", "replayed", "attempts", "last_error")
    list_select_related = ("mapping",)
    list_filter = (("next_attempt_at", admin.EmptyFieldListFilter),)

    def has_delete_permission(self, request: HttpRequest, obj: Replaying | None = None) -> bool:
        """A replay goes with its mapping, so whoever may delete that may delete this."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

"""Datasets, their members, and the versions of their terms at a glance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.catalogue import services
from apps.catalogue.admin.refusals import SaysRefusals
from apps.catalogue.models import Dataset, DatasetMember, TermsVersion
from apps.core.admin import ReadOnlyAdmin
from apps.sensors.models import Datastream

FIXED = ("identifier", "department", "sensitivity")


class DatasetForm(forms.ModelForm[Dataset]):
    """A dataset with the datastreams it is made of."""

    datastreams = forms.ModelMultipleChoiceField(
        queryset=Datastream.objects.shareable().order_by("name"),
        required=False,
        label=_("datastreams"),
        widget=FilteredSelectMultiple(_("datastreams"), is_stacked=False),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "datastreams" in self.fields:
            self.initial["datastreams"] = list(self.instance.memberships.values_list("datastream_id", flat=True))


class TermsVersionInline(admin.TabularInline[TermsVersion, Dataset]):
    """A dataset's versions of terms."""

    model = TermsVersion
    fields = ("number", "state", "released_at", "ended_at", "digest")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Versions are drafted on their own screen."""
        return False


@admin.register(Dataset)
class DatasetAdmin(SaysRefusals):
    """What this city shares."""

    form = DatasetForm
    fields = (
        *FIXED,
        "title_de",
        "title_en",
        "description_de",
        "description_en",
        "licence",
        "attribution",
        "theme",
        "keywords",
        "contact_email",
        "accrual",
        "datastreams",
    )
    list_display = ("identifier", "title_de", "department", "sensitivity", "theme", "updated_at")
    list_filter = ("sensitivity", "department", "theme")
    list_select_related = ("department",)
    search_fields = ("identifier", "title_de", "title_en", "description_de")
    date_hierarchy = "created_at"
    inlines = (TermsVersionInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Dataset | None = None) -> tuple[str, ...]:
        """Peers know it by its identifier; department and class decide who signs."""
        return FIXED if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Dataset | None = None) -> bool:
        """Terms, agreements and the ledger point to it."""
        return False

    def save_model(self, request: HttpRequest, obj: Dataset, form: forms.ModelForm[Dataset], change: bool) -> None:
        """Create or describe, then set the members when they changed; a service may refuse."""
        given = {name: value for name, value in form.cleaned_data.items() if name != "datastreams"}
        if change:
            services.describe_dataset(dataset=obj, **given)
        else:
            obj.pk = services.create_dataset(**given).pk
        if "datastreams" in form.changed_data:
            ids = [stream.pk for stream in form.cleaned_data["datastreams"]]
            services.set_members(dataset=obj, datastream_ids=ids, user=request.user)  # type: ignore[arg-type]  # logged in


@admin.register(DatasetMember)
class DatasetMemberAdmin(ReadOnlyAdmin):
    """Which datastreams are in which dataset."""

    list_display = ("dataset", "datastream")
    list_filter = ("dataset",)
    list_select_related = ("dataset", "datastream")
    search_fields = ("datastream__name", "datastream__external_key")

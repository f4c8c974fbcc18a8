"""Operator screens of the catalogue. Writing goes through the services; history is read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.catalogue import selectors
from apps.catalogue.models import Dataset, DatasetMember, ReleaseSignature, TermsVersion
from apps.core.admin import ReadOnlyAdmin


class TermsVersionInline(admin.TabularInline[TermsVersion, Dataset]):
    """A dataset's versions of terms."""

    model = TermsVersion
    fields = ("number", "state", "released_at", "ended_at", "digest")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Versions are drafted through the service."""
        return False


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    """What this city shares."""

    list_display = ("identifier", "title_de", "department", "sensitivity", "theme", "updated_at")
    list_filter = ("sensitivity", "department", "theme")
    search_fields = ("identifier", "title_de", "title_en", "description_de")
    inlines = (TermsVersionInline,)


@admin.register(DatasetMember)
class DatasetMemberAdmin(ReadOnlyAdmin):
    """Which datastreams are in which dataset."""

    list_display = ("dataset", "datastream")
    list_filter = ("dataset",)
    list_select_related = ("dataset", "datastream")
    search_fields = ("datastream__name", "datastream__external_key")


class SignatureInline(admin.TabularInline[ReleaseSignature, TermsVersion]):
    """Who signed a version."""

    model = ReleaseSignature
    fields = ("role", "user", "signed_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Signatures are given through the service."""
        return False


@admin.register(TermsVersion)
class TermsVersionAdmin(ReadOnlyAdmin):
    """Versions of terms with their meaning in plain words."""

    list_display = ("dataset", "number", "state", "released_at", "ended_at")
    list_filter = ("state", "dataset__sensitivity")
    list_select_related = ("dataset",)
    search_fields = ("dataset__identifier", "digest")
    date_hierarchy = "released_at"
    readonly_fields = ("in_words",)
    inlines = (SignatureInline,)

    @admin.display(description=_("in plain words"))
    def in_words(self, version: TermsVersion) -> SafeString:
        """Every clause as a sentence with its strength."""
        language = "en" if (get_language() or "de").startswith("en") else "de"
        rows = ((item.text, item.mark(language)) for item in selectors.sentences_of(version, language))
        return format_html_join("", "<p>{} <em>[{}]</em></p>", rows)


@admin.register(ReleaseSignature)
class ReleaseSignatureAdmin(ReadOnlyAdmin):
    """All signatures."""

    list_display = ("signed_at", "terms_version", "role", "user")
    list_filter = ("role",)
    list_select_related = ("terms_version__dataset", "user")
    date_hierarchy = "signed_at"

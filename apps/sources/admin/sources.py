"""Sources: set up and switched here; their token is shown once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.admin import ReadOnlyAdmin
from apps.core.errors import OwlError
from apps.sources import services
from apps.sources.models import SeenUplink, Source, SourceHour, TableUpload
from apps.sources.types import Format, Transport


class SourceForm(forms.ModelForm[Source]):
    """Options are optional: most sources have none."""

    def clean_options(self) -> dict[str, Any]:
        """An object, empty where nothing was entered. Raises ValidationError."""
        options = self.cleaned_data["options"] or {}
        if not isinstance(options, dict):
            raise forms.ValidationError(_("Options are a JSON object."))
        return options

    def clean(self) -> dict[str, Any]:
        """Only tables are uploaded as files."""
        data = super().clean() or self.cleaned_data
        format = data.get("format", self.instance.format)
        if data.get("transport") == Transport.FILE and format != Format.CSV:
            self.add_error("transport", _("Only tables are uploaded as files."))
        return data


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin[Source]):
    """Ways in from the field with what came in the last 24 hours. They are switched off, never deleted."""

    form = SourceForm
    list_display = (
        "name",
        "slug",
        "format",
        "transport",
        "enabled",
        "learning",
        "last_seen_at",
        "readings",
        "waiting",
        "errors",
        "unmapped",
    )
    list_filter = ("enabled", "learning", "format", "transport", ("last_error_at", admin.EmptyFieldListFilter))
    search_fields = ("slug", "name")
    fields = (
        "slug", "name", "format", "transport", "enabled", "learning", "direct_prefix", "options",
        "last_seen_at", "last_error_at", "last_error",
    )  # fmt: skip
    readonly_fields = ("last_seen_at", "last_error_at", "last_error")
    actions = ("new_token", "revoke")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Everything a row shows, in one query."""
        since = clock.now() - timedelta(hours=24)
        recent = Q(hours__hour__gt=since)
        return (
            super()
            .get_queryset(request)
            .annotate(
                day_stored=Sum("hours__stored", filter=recent),
                day_waiting=Sum("hours__quarantined", filter=recent),
                day_errors=Sum("hours__errors", filter=recent),
            )
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[Any, ...]:
        """Short name and format stay what they were."""
        fixed = () if obj is None else ("slug", "format")
        return (*super().get_readonly_fields(request, obj), *fixed)

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        """A source is switched off, so that its tokens never open another of its name."""
        return False

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        """Set up a source and show its first token this once, or change one."""
        data = form.cleaned_data
        if change:
            services.change_source(source=obj, **{name: data[name] for name in form.changed_data})
            return
        made = services.create_source(
            slug=data["slug"],
            name=data["name"],
            format=data["format"],
            transport=data["transport"],
            learning=data["learning"],
            direct_prefix=data["direct_prefix"],
            options=data["options"],
        )
        obj.pk = made.pk
        if not data["enabled"]:
            services.change_source(source=made, enabled=False)
        if made.takes_tokens:
            self._show_token(request, made)

    @admin.display(description=_("readings in 24 h"))
    def readings(self, source: Source) -> int:
        """What was stored or known already."""
        return getattr(source, "day_stored", None) or 0

    @admin.display(description=_("quarantine in 24 h"))
    def waiting(self, source: Source) -> int:
        """What went to quarantine."""
        return getattr(source, "day_waiting", None) or 0

    @admin.display(description=_("errors in 24 h"))
    def errors(self, source: Source) -> int:
        """Calls that could not be read."""
        return getattr(source, "day_errors", None) or 0

    @admin.display(description=_("unmapped"))
    def unmapped(self, source: Source) -> int:
        """Values that nobody has mapped."""
        return source.candidates.count()

    @admin.action(description=_("Issue a new token"), permissions=["change"])
    def new_token(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """One more token for each chosen source; earlier ones go on working."""
        for source in queryset:
            self._show_token(request, source)

    @admin.action(description=_("Revoke all tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        """End every token of the chosen sources now."""
        count = sum(services.revoke_tokens(source=source) for source in queryset)
        messages.success(request, _("%(count)d tokens no longer work.") % {"count": count})

    def _show_token(self, request: HttpRequest, source: Source) -> None:
        try:
            _token, secret = services.issue_token(source=source)
        except OwlError as error:
            messages.error(request, error.message)
            return
        text = _("The secret of %(name)s, shown only this once: %(secret)s")
        messages.warning(request, text % {"name": source.slug, "secret": secret})


@admin.register(SourceHour)
class SourceHourAdmin(ReadOnlyAdmin):
    """What came when."""

    list_display = ("hour", "source", "uplinks", "stored", "flagged", "quarantined", "duplicates", "errors")
    list_filter = ("source",)
    list_select_related = ("source",)
    date_hierarchy = "hour"


@admin.register(SeenUplink)
class SeenUplinkAdmin(ReadOnlyAdmin):
    """Remembered dedupe keys; only digests."""

    list_display = ("fingerprint", "source", "expires_at")
    list_select_related = ("source",)
    list_filter = ("source",)


@admin.register(TableUpload)
class TableUploadAdmin(ReadOnlyAdmin):
    """Tables that were uploaded, with their account."""

    list_display = ("uploaded_at", "name", "source", "imported_at", "account")
    list_select_related = ("source",)
    list_filter = ("source", ("imported_at", admin.EmptyFieldListFilter))
    date_hierarchy = "uploaded_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[TableUpload]:
        """Without the contents, which may be large."""
        rows: QuerySet[TableUpload] = super().get_queryset(request).defer("content")
        return rows
